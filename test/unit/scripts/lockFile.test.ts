import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../../package.json';
import { projectFolder } from '../../support/folders';

const require = createRequire(__filename);
const semver = require('semver') as {
  minVersion(range: string): { readonly version: string };
  satisfies(version: string, range: string): boolean;
};

interface Entry {
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly engines?: { readonly node?: string };
}
const read = (name: string): string => readFileSync(join(projectFolder, name), 'utf8');
const lock = JSON.parse(read('package-lock.json')) as { readonly packages: Record<string, Entry> };
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

/** Entries that do not run on a version of Node, as `<package> wants <range>`. */
const refusing = (version: string, entries: typeof packages): string[] =>
  entries
    .filter(([, { engines }]) => engines?.node && !semver.satisfies(version, engines.node))
    .map(([path, { engines }]) => `${path} wants ${engines?.node}`);

describe('package-lock.json', () => {
  it('has a digest for every package', () => {
    expect(packages.length).toBeGreaterThan(500);
    expect(packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  });

  it('has packages that run on the oldest Node that package.json allows, and tools that run on Node 20.19', () => {
    const oldest = semver.minVersion(manifest.engines.node).version;
    expect(
      refusing(
        oldest,
        packages.filter(([, { dev }]) => !dev),
      ),
    ).toEqual([]);
    expect(refusing('20.19.0', packages)).toEqual([]);
  });
});

it('no file of the project names a registry: whoever installs has one of their own', () => {
  expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  const below = (folder: string): string[] =>
    readdirSync(join(projectFolder, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const folders = ['.ci', '.github', 'docs', 'scripts', 'src', 'test', 'webview-ui'];
  const files = [...readdirSync(projectFolder), ...folders.flatMap(below)];
  const texts = files.filter((file) =>
    /(?:^|[\\/])(?:\.npmrc|Dockerfile|[\w.-]+\.(json|ya?ml|m?js|ts|sh|md))$/.test(file),
  );
  expect(texts).toContain('package-lock.json');
  const host = /https?:\/\/[\w.-]*(?:registry|artifactory|nexus|verdaccio)[.:]|npmjs\.org/i;
  expect(texts.filter((file) => host.test(read(file)))).toEqual([]);
  expect(read('.npmrc')).toContain('omit-lockfile-registry-resolved=true');
});
