// What samples of a pool lose against looking at all of it: `npm run perf:samples -- --rows 50000 --sample 12500`
import { runBundled } from '../support/runBundled.mjs';

process.exitCode = await runBundled('perf/samples.ts');
