// How long the engine takes to start, and to save a label in a dataset of 100,000 images: `npm run perf:engine`
import { runBundled } from '../support/runBundled.mjs';

process.exitCode = await runBundled('perf/engine.ts');
