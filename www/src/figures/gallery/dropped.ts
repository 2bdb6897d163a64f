import type { NamedFile } from 'metriclab/data';

/** The files of a drop, with the paths that they have in folders. A drop must be asked before its event ends. */
export const filesOfDrop = ({ items }: DataTransfer): Promise<NamedFile[]> =>
  filesOf([...items].flatMap((item) => item.webkitGetAsEntry() ?? []));

const filesOf = async (entries: readonly FileSystemEntry[]): Promise<NamedFile[]> =>
  (await Promise.all(entries.map(filesOfEntry))).flat();

async function filesOfEntry(entry: FileSystemEntry): Promise<NamedFile[]> {
  const path = entry.fullPath.slice(1);
  if (entry.isFile)
    return [
      {
        path,
        data: await new Promise<File>((...to) => {
          (entry as FileSystemFileEntry).file(...to);
        }),
      },
    ];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const all: FileSystemEntry[] = [];
  // Browsers give a folder's content in parts, the last of which is empty.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((...to) => {
      reader.readEntries(...to);
    });
    if (part.length === 0) return filesOf(all);
    all.push(...part);
  }
}
