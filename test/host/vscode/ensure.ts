/** Fetches what tests need of the machine, before they start side by side. A machine that can't have it is told why. */
import { ensureChromium } from './chromium';
import { Unavailable } from './unavailable';
import { ensureSoftwareVulkan } from './vulkan';

async function ensure(what: () => Promise<unknown>, tests: string): Promise<void> {
  try {
    await what();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`${error.message} ${tests} are skipped.`);
  }
}

async function main(): Promise<void> {
  await ensure(ensureChromium, 'Tests that need a browser');
  await ensure(ensureSoftwareVulkan, 'Tests on WebGPU'); // SwiftShader comes with the browser
}

void main();
