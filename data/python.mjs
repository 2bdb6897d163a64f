// A Python with packages of PyPI.
import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL('../target/python', import.meta.url));
/** By the names under which they are imported. */
const PINNED = { faiss: 'faiss-cpu==1.15.1', numpy: 'numpy==1.26.4', soundfile: 'soundfile==0.13.1' };

/**
 * A Python that has `packages`: what METRICLAB_PYTHON names, else `python3`, else one in a virtual environment below target/, where
 * they are installed from PyPI.
 */
export async function pythonWith(...packages) {
  const named = process.env.METRICLAB_PYTHON;
  const has = (python) =>
    run(python, ['-c', packages.map((name) => `import ${name}`).join('\n')]).then(
      () => true,
      () => false,
    );
  if (named) {
    if (await has(named)) return named;
    throw new Error(`${named}, which METRICLAB_PYTHON names, lacks ${packages.join(' or ')}`);
  }
  if (await has('python3')) return 'python3';
  const own = join(FOLDER, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (await has(own)) return own;
  try {
    await run(own, ['--version']).catch(() => run('python3', ['-m', 'venv', '--clear', FOLDER]));
    const pins = packages.map((name) => PINNED[name]);
    await run(own, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...pins]);
  } catch (cause) {
    throw new Error(
      `${packages.join(' and ')} cannot be installed from PyPI: name a Python that has them in METRICLAB_PYTHON`,
      { cause },
    );
  }
  return own;
}

/** The bytes that a script, by a Python that has `packages`, makes of an input, which it gets as JSON. */
export async function madeBy(script, packages, input, ...args) {
  const child = spawn(await pythonWith(...packages), [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(input));
  const parts = [];
  for await (const part of child.stdout) parts.push(part);
  return Buffer.concat(parts);
}
