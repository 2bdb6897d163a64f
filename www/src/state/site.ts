// Where the pages of the site are: each a folder, or all of them in one file, whose address then says which one is open.

/** The page of one file that is open, such as `learn`; '' for the first, null where each page is a folder. */
const OPEN = document.documentElement.dataset['page'] ?? null;

/** Whether all pages are in one file, which knows no address on the web. */
export const IN_ONE_FILE = OPEN !== null;

function asked(query: URLSearchParams, page: string): string {
  const whole = new URLSearchParams(query);
  if (page !== '') whole.set('page', page);
  return whole.toString();
}

/** The address of a page, such as `learn/`. `root` is the way to the folder of all pages. */
export function siteAddress(root: string, folder: string, query: URLSearchParams, fragment = ''): string {
  if (OPEN === null) return `${root}${folder}?${query.toString()}${fragment}`;
  return `?${asked(query, folder.replace('/', ''))}${fragment}`;
}

/** The query that the open page's own address has. */
export const ownQuery = (query: URLSearchParams): string => asked(query, OPEN ?? '');

/** The address of the package's reference, which is not in the one file. */
export const referenceAddress = (root: string, theme: string): string | null =>
  OPEN === null ? `${root}reference/?theme=${theme}` : null;

/** The address of the licences. */
export const licenceAddress = (root: string): string =>
  OPEN === null ? `${root}licences/all.txt` : '?page=licences';
