// Speed of the extension in a real VS Code, one JSON line a figure: `npm run perf:extension -- --images 100000 --reloads 3 --presses 200`.
// Beside each figure stands how much of it is the editor's and how much ours, by moments that the extension notes (src/extension/trace.ts).
// Needs a quiet machine and some minutes; it is no part of `npm test`. The images stay in .test-output/perf for the next run.
import { runBundled } from '../support/runBundled.mjs';

process.exitCode = await runBundled('perf/extension.ts');
