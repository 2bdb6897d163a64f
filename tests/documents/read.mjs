// Reads the repository's documents: commands, scripts, links.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const read = (path) => readFile(join(ROOT, path), 'utf8');

/** The fenced blocks of a language, in order. */
export const blocks = (text, language) =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)]
    .filter(([, found]) => found === language)
    .map(([, , body]) => body);

const PROGRAMS = /^(cargo|npm|npx|node) /;

/** Commands of `sh` blocks and of inline code, without their comments, each once. */
export function commands(text) {
  const lines = blocks(text, 'sh').flatMap((block) => block.split('\n'));
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)]
    .map(([, code]) => code)
    .filter((code) => PROGRAMS.test(code));
  const bare = [...lines, ...inline].map((line) => line.replace(/(^|\s)#.*$/, '').trim());
  return [...new Set(bare.filter((line) => line !== ''))];
}

/** Targets of the links and pictures of a document, without web addresses and without the part after `#`. */
export const links = (text) =>
  [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target.split('#')[0])
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
