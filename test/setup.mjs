// Fetches what the tests need of the machine, once: a browser, VS Code or its stand-in, software Vulkan.
import { runBundled } from './support/runBundled.mjs';

process.exitCode = await runBundled('support/machine/setup.ts');
