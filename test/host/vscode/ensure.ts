/** Fetches the browser that tests need, before they start side by side. A machine that can't have one is told why. */
import { ensureChromium } from './chromium';
import { Unavailable } from './unavailable';

ensureChromium().catch((error: unknown) => {
  if (!(error instanceof Unavailable)) throw error;
  console.log(`${error.message} Tests that need a browser are skipped.`);
});
