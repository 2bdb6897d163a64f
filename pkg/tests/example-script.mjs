// Makes an example of the documentation run. Runs in Node.
import ts from 'typescript';

/** Examples that need what Node has not, with what that is. */
export const IN_BROWSER = {
  'samples.fromImageFiles': 'a decoder of pictures',
  'samples.fromSoundFiles': 'a decoder of sounds',
  'Lab.gallery': 'IndexedDB',
  'metriclab storedGalleries': 'IndexedDB',
  'metriclab/inline storedGalleries': 'IndexedDB',
  'metriclab/slim storedGalleries': 'IndexedDB',
  'Lab.switchDevice': 'WebGPU',
};

const OPTIONS = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
/** An example as the body of a function: what it imports is given, and names of its own may be those of what is given. */
export function bodyOf(code) {
  const own = code.replaceAll(/^import \{ [\w, ]+ \} from '[\w/]+';$/gm, '');
  return `{ ${ts.transpile(own, OPTIONS).replace(/^export \{\};$/m, '')} }`;
}

const AsyncFunction = (async () => undefined).constructor;
/** A function that runs the example with the names that it is given. */
export const scriptOf = (code) => (world) =>
  new AsyncFunction(...Object.keys(world), bodyOf(code))(...Object.values(world));

const written = (value) =>
  Array.isArray(value) || ArrayBuffer.isView(value) ? `[${Array.from(value).join(', ')}]` : String(value);
/** A line of `console.log`. */
export const logged = (values) => values.map(written).join(' ');
