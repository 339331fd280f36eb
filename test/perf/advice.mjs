// How often the advice on stopping holds what comes: `npm run perf:advice -- --workspace <folder> <dataset>`
import { runBundled } from '../support/runBundled.mjs';

process.exitCode = await runBundled('perf/advice.ts');
