// Takes the README's pictures, and more for a look at the whole: `npm run demo && npm run pictures -- --from demo`.
// It works on a copy of that folder; nothing but the synthetic faces may be shown.
import { runBundled } from '../support/runBundled.mjs';

process.exitCode = await runBundled('ui/workbench/takePictures.ts');
