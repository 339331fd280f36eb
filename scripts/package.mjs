// Makes the VSIX for this platform: `npm run package`. It is staged in a clean folder, so that only what is named here
// gets in, whatever else lies in the working tree.
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { builtFiles, option } from './builtFiles.mjs';
import { copyPackage, listFiles, runtimePackages } from './nativePackages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const stage = join(root, '.test-output', 'package', 'stage');
const { platform, arch } = process;
const target = `${platform}-${arch}`;

/** What the extension needs besides its manifest and dist/. */
const needed = ['README.md', 'CHANGELOG.md', 'LICENSE', 'NOTICES.md', 'media', 'l10n', 'package.nls.json'];

const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const out = resolve(option('--out') ?? join(root, `${manifest.name}-${target}-${manifest.version}.vsix`));

await rm(stage, { recursive: true, force: true });
await mkdir(stage, { recursive: true });
await writeFile(join(stage, 'package.json'), JSON.stringify(shippedManifest(manifest), null, 2));
for (const name of needed) await cp(join(root, name), join(stage, name), { recursive: true });
if (!manifest.repository)
  await writeFile(join(stage, 'README.md'), withoutLocalTargets(await readFile(join(root, 'README.md'), 'utf8')));
for (const file of ['dist/schemas', 'dist/encoders', ...(await builtFiles(root))])
  await cp(join(root, file), join(stage, file), { recursive: true });
// Beside the bundles that load them: vsce leaves out node_modules at the top when it isn't to ask npm about dependencies.
for (const name of await runtimePackages(modules, ['onnxruntime-node', 'sharp']))
  await copyPackage(modules, name, join(stage, 'dist', 'node_modules', name), { platform, arch });

const vsce = join(modules, '@vscode', 'vsce', 'vsce');
const args = [vsce, 'package', '--target', target, '--no-dependencies', '--out', out];
// the project has no public repository yet, against which links in README.md could be resolved
if (!manifest.repository) args.push('--allow-missing-repository', '--no-rewrite-relative-links');
try {
  await promisify(execFile)(process.execPath, args, { cwd: stage, maxBuffer: 1 << 26 });
} catch (error) {
  console.error(`vsce could not make the package:\n${error.stdout ?? ''}${error.stderr ?? error.message}`);
  process.exit(1);
}

const files = await listFiles(stage);
const unpacked = files.reduce((sum, file) => sum + file.bytes, 0);
const packed = (await stat(out)).size;
console.log(`${out}: ${megabytes(packed)} (${files.length} files, ${megabytes(unpacked)} unpacked), for ${target}`);
for (const { path, bytes } of files.sort((a, b) => b.bytes - a.bytes).slice(0, 6))
  console.log(`  ${megabytes(bytes).padStart(9)}  ${path}`);

/**
 * The page of an installed extension shows pictures from https addresses only (no files, no data), and opens no other
 * links. Until a repository is named, against which vsce completes them, pictures with their captions are left out and
 * links become plain text, so that nothing in the page is broken.
 */
function withoutLocalTargets(markdown) {
  const local = String.raw`\((?!\w+:|#)[^)\s]+\)`;
  return markdown
    .replace(new RegExp(String.raw`^!\[[^\]]*\]${local}\n+(\*[^*\n]+\*\n+)?`, 'gm'), '')
    .replace(new RegExp(String.raw`(?<!!)\[([^\]]+)\]${local}`, 'g'), '$1');
}

/** The manifest without what only development needs. */
function shippedManifest({ scripts, devDependencies, dependencies, optionalDependencies, files, bin, ...rest }) {
  return { ...rest, private: undefined };
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
