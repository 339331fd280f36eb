import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../../support/folders';
import { temporaryFolder } from '../../support/temporaryFolder';

interface Locked {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}
interface Target {
  readonly platform: string;
  readonly arch: string;
}
interface Scripts {
  readonly targets: Readonly<Record<string, Target>>;
  packagesFor(lock: unknown, names: readonly string[], target: string): Locked[];
  checkNativeFiles(folder: string, target: Target): Promise<{ problems: string[]; natives: { path: string }[] }>;
  copyPackage(source: string, target: string, platform: Target): Promise<void>;
  requireDigest(file: string, integrity: string): Promise<void>;
  thirdPartyNotices(folders: readonly string[]): Promise<string>;
  pageOf(markdown: string, repository?: string): string;
  linkedPage(markdown: string, ships: (path: string) => boolean): string;
}
const load = async (name: string): Promise<Scripts> =>
  (await import(pathToFileURL(join(projectFolder, 'scripts/release', `${name}.mjs`)).href)) as Scripts;

const modules = join(projectFolder, 'node_modules');
const lock = JSON.parse(readFileSync(join(projectFolder, 'package-lock.json'), 'utf8')) as unknown;
const { targets, packagesFor } = await load('targets');
const { checkNativeFiles } = await load('nativeFiles');
const { copyPackage, requireDigest } = await load('nativePackages');
const { thirdPartyNotices } = await load('notices');
const { linkedPage, pageOf } = await load('page');
const names = (target: string) => packagesFor(lock, ['onnxruntime-node', 'sharp'], target).map(({ name }) => name);

describe('what is staged for a platform', () => {
  it.each([
    ['linux-x64', ['@img/sharp-libvips-linux-x64', '@img/sharp-linux-x64']],
    ['linux-arm64', ['@img/sharp-libvips-linux-arm64', '@img/sharp-linux-arm64']],
    ['darwin-arm64', ['@img/sharp-darwin-arm64', '@img/sharp-libvips-darwin-arm64']],
    ['darwin-x64', ['@img/sharp-darwin-x64', '@img/sharp-libvips-darwin-x64']],
    ['win32-x64', ['@img/sharp-win32-x64']],
    ['win32-arm64', ['@img/sharp-win32-arm64']],
  ])('%s gets its own native packages, each with a digest', (target, own) => {
    const native = names(target).filter((name) => /^@img\/sharp/.test(name));
    expect(native).toEqual(own);
    expect(names(target)).toEqual(expect.arrayContaining(['onnxruntime-common', 'onnxruntime-node', 'sharp']));
    for (const { integrity } of packagesFor(lock, ['onnxruntime-node', 'sharp'], target))
      expect(integrity).toMatch(/^sha512-/);
  });

  it("is the last ONNX Runtime that was built for them on Intel's Macs, and the locked one elsewhere", () => {
    const version = (target: string) => packagesFor(lock, ['onnxruntime-node'], target).map((each) => each.version);
    expect(version('darwin-x64')).toEqual(['1.23.2', '1.23.2']);
    expect(existsSync(join(modules, 'onnxruntime-node/bin/napi-v6/darwin/x64'))).toBe(false);
    expect(new Set(version('darwin-arm64'))).toEqual(new Set(version('linux-x64')));
  });

  it('is refused when its bytes are not those that were locked', async () => {
    const file = join(await temporaryFolder(), 'package.tgz');
    await writeFile(file, 'a package');
    const digest = `sha512-${createHash('sha512').update('a package').digest('base64')}`;
    await requireDigest(file, digest);
    await writeFile(file, 'another package');
    await expect(requireDigest(file, digest)).rejects.toThrow('package.tgz is not the package that was locked');
  });
});

describe('native files', () => {
  /** ONNX Runtime's files for a target, and small ones that say they are sharp's. */
  async function staged(target: string): Promise<string> {
    const folder = await temporaryFolder();
    await copyPackage(join(modules, 'onnxruntime-node'), join(folder, 'onnxruntime-node'), targets[target]!);
    const bin = join(folder, 'onnxruntime-node/bin/napi-v6', targets[target]!.platform, targets[target]!.arch);
    const head = readFileSync(join(bin, 'onnxruntime_binding.node')).subarray(0, 4096);
    const suffix = { linux: 'so.8.18.7', darwin: '8.18.7.dylib', win32: '8.18.7.dll' }[targets[target]!.platform];
    await mkdir(join(folder, 'lib'));
    await writeFile(join(folder, `lib/sharp-${target}-0.35.5.node`), Buffer.concat([head, Buffer.from('binding')]));
    await writeFile(join(folder, `lib/libvips-cpp.${suffix}`), Buffer.concat([head, Buffer.from('library')]));
    return folder;
  }

  it.each(['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'])(
    'for %s are told by their first bytes, and none is there twice',
    async (target) => {
      const folder = await staged(target);
      const { problems, natives } = await checkNativeFiles(folder, targets[target]!);
      expect(problems).toEqual([]);
      expect(natives.length).toBeGreaterThanOrEqual(4);
    },
  );

  it('of another platform, missing ones and copies are named', async () => {
    const folder = await staged('linux-x64');
    const foreign = await checkNativeFiles(folder, targets['linux-arm64']!);
    expect(foreign.problems).toHaveLength(4);
    expect(foreign.problems[0]).toMatch(/ is made for linux-x64$/);

    const bin = join(folder, 'onnxruntime-node/bin/napi-v6/linux/x64');
    await cp(join(bin, 'onnxruntime_binding.node'), join(bin, 'copy.node'));
    const twice = await checkNativeFiles(folder, targets['linux-x64']!);
    expect(twice.problems).toEqual([expect.stringMatching(/ is the same file as /)]);

    // as a package for Intel's Macs was before: without any ONNX Runtime
    const bare = await temporaryFolder();
    await copyPackage(join(modules, 'onnxruntime-node'), join(bare, 'onnxruntime-node'), targets['darwin-x64']!);
    const none = await checkNativeFiles(bare, targets['darwin-x64']!);
    expect(none.problems.slice(0, 2)).toEqual([
      "ONNX Runtime's binding is missing",
      "ONNX Runtime's library is missing",
    ]);
  });

  it("hold macOS's library of ONNX Runtime once, under the name that its binding asks for", async () => {
    const folder = await temporaryFolder();
    await copyPackage(join(modules, 'onnxruntime-node'), folder, targets['darwin-arm64']!);
    const files = readdirSync(join(folder, 'bin/napi-v6/darwin/arm64'));
    expect(files.filter((name) => name.endsWith('.dylib'))).toEqual(['libonnxruntime.1.dylib']);
    expect(
      readFileSync(join(folder, 'bin/napi-v6/darwin/arm64/onnxruntime_binding.node')).toString('latin1'),
    ).toContain('@rpath/libonnxruntime.1.dylib');
  });
});

describe('the notices', () => {
  it("name each package and its licence; libvips' with what the LGPL asks for", async () => {
    const folder = await temporaryFolder();
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ name: '@img/sharp-libvips-any', version: '1.3.4', license: 'LGPL-3.0-or-later' }),
    );
    await writeFile(join(folder, 'README.md'), '| libvips | LGPLv3 |');
    await writeFile(join(folder, 'versions.json'), '{ "vips": "8.18.7" }');
    const text = await thirdPartyNotices([folder, join(modules, 'zod'), join(modules, 'onnxruntime-node')]);
    for (const wanted of [
      '@img/sharp-libvips-any 1.3.4: LGPL-3.0-or-later',
      'put it in the place of the library files in dist/node_modules/@img/sharp-libvips-any/lib',
      'its release with libvips 8.18.7',
      '| libvips | LGPLv3 |',
      'Copyright (c) 2025 Colin McDonnell',
      'Copyright (c) Microsoft Corporation',
      'Notices of what ONNX Runtime 1.30.0 was made with',
      'Eigen',
    ])
      expect(text).toContain(wanted);
  });

  it('are refused for a package that has no licence that we know', async () => {
    const folder = await temporaryFolder();
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'unknown', version: '1.0.0', license: 'MIT' }),
    );
    await expect(thirdPartyNotices([folder])).rejects.toThrow('unknown has no file with its licence');
  });
});

describe('the page', () => {
  const markdown =
    'A [guide](docs/user-guide.md), [npm](https://example.org).\n\n![The panel](docs/panel.png)\n\n*Drawn.*\n\nEnd.\n';

  it('has no broken picture and no dead link while the project has no address', () => {
    expect(pageOf(markdown)).toBe('A guide, [npm](https://example.org).\n\nEnd.\n');
  });

  it('is the README where it has one, against which vsce completes links', () => {
    expect(pageOf(markdown, 'https://example.org/warmstart')).toBe(markdown);
  });

  it('that a command shows keeps its pictures, and the links to what ships', () => {
    const links = linkedPage(`${markdown}[Faces](faces.md#cut)`, (path) => path === 'docs/user-guide.md');
    expect(links).toBe(`${markdown}Faces`);
  });

  it('begins with using and ends with building', () => {
    const headings = [...readFileSync(join(projectFolder, 'README.md'), 'utf8').matchAll(/^## (.+)$/gm)].map(
      ([, heading]) => heading!,
    );
    expect(headings[0]).toMatch(/^In VS Code/);
    expect(headings.slice(-2)).toEqual(['From source', 'Licence']);
  });
});
