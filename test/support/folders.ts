import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The project's folder, found from wherever this module was bundled to. */
export const projectFolder = findProject(__dirname);

/** What tests leave behind: reports, pictures, bundles. Ignored by git. */
export const outputFolder = join(projectFolder, '.test-output');

/**
 * What tests fetch (VS Code, code-server, its Node). Not in node_modules, which `npm ci` empties. Several working trees
 * can share one through WARMSTART_TEST_CACHE.
 */
export const fetchedFolder = resolve(process.env.WARMSTART_TEST_CACHE ?? join(outputFolder, 'fetched'));

function findProject(from: string): string {
  if (existsSync(join(from, 'esbuild.mjs'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('The tests must run inside the project: no esbuild.mjs in any folder above.');
  return findProject(parent);
}
