// Makes the VSIX for a platform: `npm run package -- [--target linux-arm64 | --target all] [--out file]
// [--repository https://…]`. It is staged in a clean folder, so that only what is named here gets in, whatever else lies in
// the working tree, and packages with native code come by the digests of package-lock.json, whatever machine this is.
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { builds, builtFiles, option } from '../builtFiles.mjs';
import { checkNativeFiles } from './nativeFiles.mjs';
import { copyPackage, listFiles, packageFolder } from './nativePackages.mjs';
import { bundledPackages, shippedLicences, thirdPartyNotices } from './notices.mjs';
import { linkedPage, pageOf } from './page.mjs';
import { hostTarget, packagesFor, targets } from './targets.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the extension needs besides its manifest, its page and dist/. */
const needed = ['CHANGELOG.md', 'LICENSE', 'NOTICES.md', 'SECURITY.md', 'media', 'l10n', 'package.nls.json'];

/** Pages that commands show, with their pictures. */
const pages = ['docs/user-guide.md', 'COMMON_PROBLEMS.md'];
const pictures = 'docs/pictures';

const manifest = await readJson('package.json');
const lock = await readJson('package-lock.json');
const repository = option('--repository') ?? manifest.repository;
const wanted = option('--target') ?? hostTarget();
const chosen = wanted === 'all' ? Object.keys(targets) : [wanted];
try {
  for (const target of chosen) {
    if (!targets[target])
      throw new Error(`There is no package for ${target}; there are ${Object.keys(targets).join(', ')}, and all.`);
    await makePackage(target);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function makePackage(target) {
  const stage = join(root, '.test-output', 'package', `stage-${target}`);
  const name = `${manifest.name}-${target}-${manifest.version}.vsix`;
  const out = chosen.length === 1 ? resolve(option('--out') ?? join(root, name)) : join(root, name);
  await rm(stage, { recursive: true, force: true });
  await fill(stage, target);
  const { natives, problems } = await checkNativeFiles(stage, targets[target]);
  if (problems.length > 0) throw new Error(`No package for ${target}: ${problems.join('; ')}.`);
  await packed(stage, target, out);
  await report(stage, target, out, natives);
}

async function fill(stage, target) {
  await mkdir(stage, { recursive: true });
  const write = (name, text) => writeFile(join(stage, name), text);
  await write('package.json', JSON.stringify(shippedManifest(manifest), null, 2));
  await write('.vscodeignore', '# everything that lies here was put here by name\n');
  for (const page of pages) {
    const ships = (path) => [...pages, ...needed].includes(join(dirname(page), path).replaceAll('\\', '/'));
    await mkdir(join(stage, dirname(page)), { recursive: true });
    await write(page, linkedPage(await readFile(join(root, page), 'utf8'), ships));
  }
  await write('README.md', pageOf(await readFile(join(root, 'README.md'), 'utf8'), repository));
  for (const name of [...needed, pictures, 'dist/schemas', 'dist/encoders', ...(await builtFiles(root))])
    await cp(join(root, name), join(stage, name), { recursive: true });
  const staged = [];
  for (const wanted of packagesFor(lock, ['onnxruntime-node', 'sharp'], target)) {
    const source = await packageFolder(wanted);
    // beside the bundles that load them: vsce leaves out node_modules at the top when it isn't to ask npm about dependencies
    await copyPackage(source, join(stage, 'dist', 'node_modules', wanted.name), targets[target]);
    staged.push(source);
  }
  const bundled = bundledPackages(await builds(root)).map((folder) => join(root, folder));
  await write('THIRD-PARTY-NOTICES.txt', await thirdPartyNotices([...bundled, ...staged]));
  for (const file of shippedLicences) await cp(file, join(stage, 'licences', basename(file)));
}

/** Runs vsce, which has to have nothing to say. */
async function packed(stage, target, out) {
  const vsce = join(root, 'node_modules', '@vscode', 'vsce', 'vsce');
  const args = [vsce, 'package', '--target', target, '--no-dependencies', '--out', out];
  // without one there is nothing against which links could be resolved
  if (!repository) args.push('--allow-missing-repository', '--no-rewrite-relative-links');
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: stage, maxBuffer: 1 << 26 });
    const warnings = `${stdout}\n${stderr}`.split('\n').filter((line) => /warn/i.test(line));
    if (warnings.length > 0) throw new Error(warnings.join('\n'));
  } catch (error) {
    await rm(out, { force: true });
    throw new Error(
      `vsce could not make the package for ${target}:\n${error.stdout ?? ''}${error.stderr ?? error.message}`,
    );
  }
}

async function report(stage, target, out, natives) {
  const files = await listFiles(stage);
  const unpacked = files.reduce((sum, file) => sum + file.bytes, 0);
  const { size } = await stat(out);
  console.log(`${out}: ${megabytes(size)} (${files.length} files, ${megabytes(unpacked)} unpacked), for ${target}`);
  for (const { path, bytes } of natives.sort((a, b) => b.bytes - a.bytes))
    console.log(`  ${megabytes(bytes).padStart(9)}  ${path}`);
}

/** The manifest without what only development needs; where the project lives, everything else is told from. */
function shippedManifest({
  scripts,
  devDependencies,
  dependencies,
  optionalDependencies,
  overrides,
  files,
  bin,
  ...rest
}) {
  const at = repository?.url ?? repository;
  const addresses = at && { repository: at, bugs: `${at}/issues`, homepage: `${at}#readme` };
  return { ...rest, private: undefined, ...addresses };
}

async function readJson(name) {
  return JSON.parse(await readFile(join(root, name), 'utf8'));
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
