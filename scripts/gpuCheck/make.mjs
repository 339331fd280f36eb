// Makes what a machine with a GPU and without a network needs, in one archive: `npm run gpu-check -- [--out file] [--folder]`.
// Unpack it there and run ./gpuCheck; each result is a line of JSON (docs/performance.md).
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { bundle } from '../../test/support/bundle.mjs';
import { builtFiles, option } from '../builtFiles.mjs';
import { copyPackage, packageFolder } from '../release/nativePackages.mjs';
import { hostTarget, packagesFor } from '../release/targets.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const { platform, arch } = process;

/** The archive must go through doors that let small files through. */
const MOST_BYTES = 60e6;

/** What loads a GPU's driver for Vulkan; systems without a screen often lack it. */
const vulkanLoaders = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1'];

const out = resolve(option('--out') ?? join(root, `gpuCheck-${platform}-${arch}.tar.xz`));
const stage = process.argv.includes('--folder') ? out : join(root, '.test-output', 'gpuCheck', 'gpuCheck');
await rm(stage, { recursive: true, force: true });
await fill(stage);
if (stage !== out) await pack();

/** Everything that runs there, under its own paths only. */
async function fill(folder) {
  await mkdir(join(folder, 'lib'), { recursive: true });
  await cp(join(root, 'scripts/gpuCheck/check.mjs'), join(folder, 'check.mjs'));
  await cp(await realpath(process.execPath), join(folder, 'node'));
  const engine = await builtFiles(root, (name) => name.startsWith('engine'));
  for (const file of ['dist/encoders', ...engine]) await cp(join(root, file), join(folder, file), { recursive: true });
  const parity = join(root, 'test/unit/runtime/webgpu/checkProcess.ts');
  await bundle({ parity }, join(folder, 'dist'), { withPackages: true });
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  for (const wanted of packagesFor(lock, ['onnxruntime-node', 'sharp'], hostTarget()))
    await copyPackage(await packageFolder(wanted), join(folder, 'dist/node_modules', wanted.name), { platform, arch });
  const loader = vulkanLoaders.find((path) => existsSync(path));
  if (loader) await cp(await realpath(loader), join(folder, 'lib/libvulkan.so.1'));
  await cp(join(root, 'scripts/gpuCheck/gpuCheck.sh'), join(folder, 'gpuCheck'));
  await chmod(join(folder, 'gpuCheck'), 0o755);
}

async function pack() {
  await run('tar', ['-C', join(stage, '..'), '-cJf', out, 'gpuCheck'], { env: { ...process.env, XZ_OPT: '-6 -T0' } });
  const { size } = await stat(out);
  console.log(`${out}: ${(size / 1e6).toFixed(1)} MB`);
  if (size <= MOST_BYTES) return;
  console.error(`That is more than ${MOST_BYTES / 1e6} MB.`);
  process.exitCode = 1;
}
