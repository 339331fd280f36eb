// What the last build made, for what ships it.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Paths below the project, without maps, of the builds whose name is wanted: dist/ may hold more, from earlier ones. */
export async function builtFiles(root, isWanted = (_name) => true) {
  const names = (await readdir(join(root, 'dist'))).filter((name) => name.endsWith('.meta.json') && isWanted(name));
  const outputs = await Promise.all(
    names.map(async (name) => Object.keys(JSON.parse(await readFile(join(root, 'dist', name), 'utf8')).outputs)),
  );
  return outputs.flat().filter((file) => !file.endsWith('.map'));
}

/** The value after an option of the command line. */
export function option(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}
