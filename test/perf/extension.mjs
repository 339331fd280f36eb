// Speed of the extension in a real VS Code, one JSON line a figure: `npm run build && node test/perf/extension.mjs [--images 100000]`.
// Needs a quiet machine and some minutes; it is no part of `npm test`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outfile = `${root}.test-output/build/perf/extension.js`;
await build({
  entryPoints: [`${root}test/perf/extension.ts`],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'error',
  packages: 'external',
});
process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
