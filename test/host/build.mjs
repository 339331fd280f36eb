// Bundles the programs and suites of test/host for Node, into .test-output/build/host.
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundle } from '../support/bundle.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

export const hostFolder = fileURLToPath(new URL('../../.test-output/build/host', import.meta.url));

export async function buildHostTests() {
  const files = await readdir(`${here}suites`, { recursive: true });
  const suites = files.filter((name) => name.endsWith('.test.ts')).map((name) => `suites/${name.slice(0, -3)}`);
  const programs = ['run', 'index', 'standIn', ...suites];
  await bundle(Object.fromEntries(programs.map((name) => [name, `${here}${name}.ts`])), hostFolder);
}
