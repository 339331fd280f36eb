// What samples of a pool lose against looking at all of it: `npm run perf:samples -- --rows 12500 --as 50000 --as 1000000 --labelled 250`
import { runBundled } from '../support/runBundled.mjs';

process.exitCode = await runBundled('perf/samples.ts');
