import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { outputFolder } from '../support/folders';
import { temporaryFolder } from '../support/temporaryFolder';
import { packagedExtension } from '../support/workbench/vsix';

const stage = join(outputFolder, 'package', `stage-${process.platform}-${process.arch}`);
const below = (folder: string): string[] => readdirSync(join(stage, folder), { recursive: true, encoding: 'utf8' });

describe('the package for this machine', () => {
  beforeAll(async () => {
    await ensureBuilt();
    await packagedExtension();
  }, 240_000);

  it('imports images and asks for some, with nothing but what is in it', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'images'));
    await cp(join(stage, 'dist'), join(folder, 'dist'), { recursive: true }); // away from the project's node_modules
    for (let i = 0; i < 8; i++)
      await sharp({ create: { width: 64, height: 64, channels: 3, background: { r: 30 * i, g: 90, b: 200 - 20 * i } } })
        .png()
        .toFile(join(folder, `images/${i}.png`));
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, [join(folder, 'dist/cli.js'), ...args], {
        cwd: folder,
        env: { ...process.env, NODE_PATH: '' },
      });
    await run('import', 'images', '--classes', 'red,blue');
    const { stdout } = await run('query', 'images', '--budget', '3');
    expect(stdout).toContain('Round 1: 3 images to label');
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
