// What the last build made, for what ships it.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Paths below the project, without maps, of the builds whose name is wanted: dist/ may hold more, from earlier ones. */
export async function builtFiles(root, isWanted = (_name) => true) {
  const made = await builds(root, isWanted);
  return made.flatMap(({ outputs }) => Object.keys(outputs)).filter((file) => !file.endsWith('.map'));
}

/** What esbuild wrote of the builds whose name is wanted. */
export async function builds(root, isWanted = (_name) => true) {
  const names = (await readdir(join(root, 'dist'))).filter((name) => name.endsWith('.meta.json') && isWanted(name));
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(root, 'dist', name), 'utf8'))));
}

/** The value after an option of the command line. */
export function option(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}
