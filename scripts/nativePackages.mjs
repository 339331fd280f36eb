// The packages that stay outside the bundles, with what they need at run time on one platform.
import { cp, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

/** Dependencies that only a package's install script uses. */
const installOnly = new Set(['adm-zip', 'global-agent']);

/** Names of all packages that `names` need at run time, themselves included; optional ones only where installed. */
export async function runtimePackages(modules, names) {
  const found = new Set();
  const visit = async (name, optional) => {
    if (found.has(name) || installOnly.has(name)) return;
    let manifest;
    try {
      manifest = JSON.parse(await readFile(join(modules, name, 'package.json'), 'utf8'));
    } catch (error) {
      if (optional) return;
      throw new Error(`The package ${name} is not installed in ${modules}: run npm ci first.`, { cause: error });
    }
    found.add(name);
    for (const other of Object.keys(manifest.dependencies ?? {})) await visit(other, false);
    for (const other of Object.keys(manifest.optionalDependencies ?? {})) await visit(other, true);
  };
  for (const name of names) await visit(name, false);
  return [...found].sort();
}

/** Copies a package without what only its developers need, and without binaries of other platforms. */
export async function copyPackage(modules, name, target, { platform, arch }) {
  const source = join(modules, name);
  await mkdir(dirname(target), { recursive: true });
  await cp(source, target, {
    recursive: true,
    dereference: true, // a VSIX holds no links
    filter: (path) => wanted(relative(source, path).split(sep), platform, arch),
  });
}

function wanted(parts, platform, arch) {
  const [top, , third, fourth] = parts;
  // onnxruntime-node: bin/napi-v<n>/<platform>/<arch>/…
  if (top === 'bin' && third && third !== platform) return false;
  if (top === 'bin' && fourth && fourth !== arch) return false;
  if (['script', 'src', 'install', 'test', 'node_modules', 'map.js'].includes(top)) return false;
  return !/(\.map|\.[cm]?ts|binding\.gyp|\.h)$/.test(parts.at(-1));
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
