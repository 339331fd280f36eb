// Draws the README's picture of the sample faces: `npm run pictures:faces`.
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const project = fileURLToPath(new URL('..', import.meta.url));
const program = `${project}node_modules/.cache/contactSheet.cjs`;
const picture = 'docs/pictures/sample-faces.png';

await build({
  absWorkingDir: project,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  logLevel: 'warning',
  external: ['sharp'],
  entryPoints: ['scripts/faces/contactSheet.ts'],
  outfile: program,
});
/** @type {typeof import('./faces/contactSheet.ts')} */
const { contactSheet, readmeSheet } = createRequire(import.meta.url)(program);
await writeFile(`${project}${picture}`, await contactSheet(readmeSheet));
console.log(`Drawn: ${picture}`);
