import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Source } from '../../../src/extension/commands/checkedDownload';
import { installCudaRuntime } from '../../../src/extension/commands/cudaInstallation';
import { projectFolder } from '../../support/folders';
import { runProgram } from '../../support/program';
import { temporaryFolder } from '../../support/temporaryFolder';

const locked = join(projectFolder, 'media/cuda');
const packageFolder = 'node_modules/@tensorflow/tfjs-node-gpu';

/** As the package's own: it says what it was told and whether it found the library. */
const installScript = `
  const fs = require('fs');
  const found = fs.existsSync('deps/lib/libtensorflow.so.2.9.1');
  fs.writeFileSync('installed.json', JSON.stringify({ args: process.argv.slice(2), found }));
`;

/** Puts an npm in front of others that writes down how it is called, and "installs" a package with that script. */
async function standInNpm(): Promise<void> {
  const bin = await temporaryFolder();
  await writeFile(
    join(bin, 'npm'),
    `#!/usr/bin/env node
    const fs = require('fs');
    fs.writeFileSync('called.json', JSON.stringify(process.argv.slice(2)));
    fs.mkdirSync('${packageFolder}/scripts', { recursive: true });
    fs.writeFileSync('${packageFolder}/scripts/install.js', ${JSON.stringify(installScript)});
    `,
  );
  await chmod(join(bin, 'npm'), 0o755);
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`);
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** An archive with the library's file, on a server of this machine. */
async function servedLibrary(): Promise<Source> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'lib'));
  await writeFile(join(folder, 'lib/libtensorflow.so.2.9.1'), 'a library');
  await runProgram('tar', ['-czf', 'library.tar.gz', 'lib'], { cwd: folder, minutes: 1 });
  const bytes = readFileSync(join(folder, 'library.tar.gz'));
  const server = createServer((request, response) => {
    if (request.url !== '/library.tar.gz') response.writeHead(503);
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { url: `http://127.0.0.1:${port}/library.tar.gz`, sha256 };
}

async function install(library: Source | null, signal = new AbortController().signal) {
  const folder = await temporaryFolder();
  const lines: string[] = [];
  const done = installCudaRuntime({ folder, locked, library, signal, line: (text) => lines.push(text) });
  return { folder, lines, done };
}
const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'));

describe.skipIf(process.platform === 'win32')('installing the CUDA runtime', () => {
  it('takes the packages of the lock file without their scripts, and a library whose bytes are known', async () => {
    await standInNpm();
    const { folder, lines, done } = await install(await servedLibrary());
    expect(await done).toBe(true);
    expect(json(folder, 'called.json')).toEqual(['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
    expect(json(folder, 'package-lock.json')).toEqual(json(locked, 'package-lock.json'));
    // not "download": the library is there and is not fetched unchecked
    expect(json(folder, packageFolder, 'installed.json')).toEqual({ args: ['gpu'], found: true });
    expect(lines).toContain('Downloading TensorFlow: 100 %');
  });

  it('refuses a library with other bytes before anything of it runs', async () => {
    await standInNpm();
    const library = { ...(await servedLibrary()), sha256: '0'.repeat(64) };
    const { folder, done } = await install(library);
    await expect(done).rejects.toThrow(
      /^The CUDA runtime was not installed: what came from 127\.0\.0\.1:\d+ is not the file that Warmstart knows;/,
    );
    expect(existsSync(join(folder, packageFolder, 'deps/library.tar.gz'))).toBe(false);
    expect(existsSync(join(folder, packageFolder, 'deps/lib'))).toBe(false);
    expect(existsSync(join(folder, packageFolder, 'installed.json'))).toBe(false);
  });

  it('says what a server answers, and who cannot be reached', async () => {
    await standInNpm();
    const { url, sha256 } = await servedLibrary();
    const busy = await install({ url: url.replace('library.tar', 'other.tar'), sha256 });
    await expect(busy.done).rejects.toThrow(/127\.0\.0\.1:\d+ answers 503; try again later\.$/);
    const nobody = await install({ url: 'http://127.0.0.1:1/library.tar.gz', sha256 });
    await expect(nobody.done).rejects.toThrow(/^The CUDA runtime/);
  });

  it('leaves the download to the package where no digest is known, and stops when told to', async () => {
    await standInNpm();
    const { folder, done } = await install(null);
    expect(await done).toBe(true);
    expect(json(folder, packageFolder, 'installed.json')).toEqual({ args: ['gpu', 'download'], found: false });
    const stopped = await install(null, AbortSignal.abort());
    expect(await stopped.done).toBe(false);
  });
});

it('the lock file of the CUDA runtime has a digest for every package, and one package with an install script that runs', () => {
  const { packages } = json(locked, 'package-lock.json') as {
    readonly packages: Record<string, { readonly integrity?: string; readonly version?: string }>;
  };
  const entries = Object.entries(packages).filter(([path]) => path !== '');
  expect(entries.length).toBeGreaterThan(50);
  expect(entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
  expect(packages['node_modules/@tensorflow/tfjs-node-gpu']?.version).toBe('4.22.0');
  expect(readFileSync(join(locked, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
});
