import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { outputFolder } from '../support/folders';
import { findEmptyNetwork } from '../support/machine/emptyNetwork';
import { findOrWhy } from '../support/machine/unavailable';
import { temporaryFolder } from '../support/temporaryFolder';
import { packagedExtension } from '../support/workbench/vsix';

const stage = join(outputFolder, 'package', `stage-${process.platform}-${process.arch}`);
const below = (folder: string): string[] => readdirSync(join(stage, folder), { recursive: true, encoding: 'utf8' });

/** The package's programs away from the project's node_modules, beside some images of two kinds; run behind `within`. */
async function installed(within: readonly string[] = []) {
  const folder = await temporaryFolder();
  await cp(join(stage, 'dist'), join(folder, 'dist'), { recursive: true });
  for (const kind of ['reds', 'blues']) {
    await mkdir(join(folder, 'images', kind), { recursive: true });
    for (let i = 0; i < 12; i++) {
      const background = kind === 'reds' ? { r: 250 - 9 * i, g: 9 * i, b: 60 } : { r: 9 * i, g: 60, b: 250 - 9 * i };
      await sharp({ create: { width: 64, height: 64, channels: 3, background } })
        .png()
        .toFile(join(folder, 'images', kind, `${i}.png`));
    }
  }
  const node = async (...args: string[]): Promise<string> => {
    const [program = '', ...rest] = [...within, process.execPath, ...args];
    const env = { ...process.env, NODE_PATH: '', HOME: folder };
    return (await promisify(execFile)(program, rest, { cwd: folder, env })).stdout;
  };
  return { folder, node, run: (...args: string[]) => node(join(folder, 'dist/cli.js'), ...args) };
}

describe('the package for this machine', () => {
  beforeAll(async () => {
    await ensureBuilt();
    await packagedExtension();
  }, 300_000);

  it('imports images and asks for some, with nothing but what is in it', async () => {
    const { run } = await installed();
    await run('import', 'images', '--classes', 'red,blue');
    expect(await run('query', 'images', '--budget', '3')).toContain('Round 1: 3 images to label');
  });

  it('goes the whole way from images to an exported model where there is no network at all', async ({ skip }) => {
    const { found: within, why } = findOrWhy(findEmptyNetwork);
    if (!within) {
      console.log(`Not tried without a network: ${why}`); // also in continuous integration, where nobody looks for what was skipped
      return skip(why);
    }
    const { folder, run, node } = await installed(within);
    // nothing is there to be reached, not even what listens on this machine
    const listening = createServer().listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    const reached = `require('net').connect(${port}, '127.0.0.1').on('connect', function () { console.log('reached'); this.destroy(); }).on('error', ({ code }) => console.log(code))`;
    const look = `console.log(Object.keys(require('os').networkInterfaces()).length); ${reached}`;
    expect((await node('-e', look)).trim()).toMatch(/^0\n(ENETUNREACH|ECONNREFUSED|EHOSTUNREACH)$/);
    expect((await promisify(execFile)(process.execPath, ['-e', reached])).stdout.trim()).toBe('reached');
    listening.close();

    await run('import', 'images', '--class-folders');
    await run('pretrain', 'images', '--epochs', '1');
    expect(await run('query', 'images', '--budget', '8')).toContain('Round 1: 8 images to label');
    await run('label', 'images', '--oracle');
    await run('train', 'images');
    await run('export', 'images', '--what', 'model', '--out', 'model.onnx');
    await run('export', 'images', '--what', 'labels', '--out', 'labels.csv');
    expect(statSync(join(folder, 'model.onnx')).size).toBeGreaterThan(10_000);
    expect(readFileSync(join(folder, 'labels.csv'), 'utf8').trim().split('\n')).toHaveLength(9);
  });

  it('has notices of what is in it, licences that they refer to, and the guide with its pictures', () => {
    const notices = readFileSync(join(stage, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
    const staged = below('dist/node_modules').filter((path) =>
      /^(@[^/\\]+[/\\])?[^/\\]+[/\\]package\.json$/.test(path),
    );
    expect(staged.length).toBeGreaterThan(5);
    for (const path of staged) {
      const { name, version } = JSON.parse(readFileSync(join(stage, 'dist/node_modules', path), 'utf8')) as {
        readonly name: string;
        readonly version: string;
      };
      expect(notices).toContain(`\n  ${name} ${version}: `);
    }
    for (const [licence] of notices.matchAll(/licences\/[\w.-]+\.txt/g))
      expect(existsSync(join(stage, licence))).toBe(true);
    const guide = readFileSync(join(stage, 'docs/user-guide.md'), 'utf8');
    const pictures = [...guide.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, path]) => path!);
    expect(pictures.length).toBeGreaterThan(3);
    expect(pictures.filter((path) => !existsSync(join(stage, 'docs', path)))).toEqual([]);
    for (const page of ['docs/user-guide.md', 'COMMON_PROBLEMS.md']) {
      const text = readFileSync(join(stage, page), 'utf8');
      const links = [...text.matchAll(/\]\((?!\w+:|#)([^)#]+)/g)].map(([, path]) => join(stage, dirname(page), path!));
      expect(links.filter((path) => !existsSync(path))).toEqual([]);
    }
  });

  it('has no maps, no sources, and less than the hundred scripts that vsce warns of', () => {
    const files = below('.').filter((path) => !path.startsWith('docs'));
    expect(files.filter((path) => /\.(map|ts)$/.test(path))).toEqual([]);
    expect(files.filter((path) => path.endsWith('.js')).length).toBeLessThan(100);
    const manifest = JSON.parse(readFileSync(join(stage, 'package.json'), 'utf8')) as object;
    expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining(['scripts']));
    expect(manifest).not.toHaveProperty('dependencies');
  });
});
