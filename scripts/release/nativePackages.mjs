// The packages that stay outside the bundles: where they come from, and what of them ships.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const fetched = join(root, '.test-output', 'package', 'fetched');

/** The folder of a package in that version: what is installed here, else what the registry has, if its digest is right. */
export async function packageFolder({ name, version, integrity }) {
  const installed = join(root, 'node_modules', name);
  if ((await versionIn(installed)) === version) return installed;
  const folder = join(fetched, `${name.replace('/', '-')}@${version}`);
  if ((await versionIn(folder)) === version) return folder;
  await mkdir(fetched, { recursive: true });
  const fresh = await mkdtemp(join(fetched, 'new-'));
  try {
    // npm and tar alike take names without a drive
    const options = { cwd: fresh, shell: process.platform === 'win32' };
    await run('npm', ['pack', `${name}@${version}`, '--silent', '--ignore-scripts'], options);
    const [archive = ''] = await readdir(fresh);
    await requireDigest(join(fresh, archive), integrity, `${name}@${version}`);
    await run('tar', ['-xzf', archive], { cwd: fresh });
    await rm(folder, { recursive: true, force: true });
    await rename(join(fresh, 'package'), folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}

/** Refuses a file whose bytes are not those that were locked. */
export async function requireDigest(file, integrity, what = basename(file)) {
  const digest = `sha512-${createHash('sha512')
    .update(await readFile(file))
    .digest('base64')}`;
  if (digest !== integrity) throw new Error(`${what} is not the package that was locked: its digest is ${digest}.`);
}

async function versionIn(folder) {
  try {
    return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}

/** Copies a package without what only its developers need, and without binaries of other platforms. */
export async function copyPackage(source, target, { platform, arch }) {
  await mkdir(dirname(target), { recursive: true });
  await cp(source, target, {
    recursive: true,
    dereference: true, // a VSIX holds no links
    filter: (path) => wanted(relative(source, path).split(sep), platform, arch) && !isSecondName(path),
  });
}

function wanted(parts, platform, arch) {
  const [top, second, third, fourth] = parts;
  // onnxruntime-node: bin/napi-v<n>/<platform>/<arch>/…
  if (top === 'bin' && third && third !== platform) return false;
  if (top === 'bin' && fourth && fourth !== arch) return false;
  // modules for others than our bundles, which require them
  if (top === 'dist' && second === 'esm') return false;
  if (['script', 'src', 'install', 'test', 'node_modules', 'map.js'].includes(top)) return false;
  return !/(\.map|\.[cm]?ts|binding\.gyp|\.h)$/.test(parts.at(-1));
}

/** ONNX Runtime's library for macOS is there under two names, of which its binding asks for the shorter one. */
function isSecondName(path) {
  const short = /^(libonnxruntime\.\d+)\.\d+\.\d+\.dylib$/.exec(basename(path))?.[1];
  return short !== undefined && existsSync(join(dirname(path), `${short}.dylib`));
}

/** Files under a folder, with their sizes. */
export async function listFiles(folder) {
  const files = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    files.push({ path: relative(folder, path), bytes: (await stat(path)).size });
  }
  return files;
}
