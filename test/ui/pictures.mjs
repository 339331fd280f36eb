// Takes the README's pictures, and more for a look at the whole: `npm run demo && node test/ui/pictures.mjs [--from demo]`.
// It works on a copy of that folder; nothing but the synthetic faces may be shown.
import { runBundled } from '../runBundled.mjs';

await runBundled('ui/workbench/takePictures.ts');
