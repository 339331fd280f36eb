/** `npm run test:setup`: fetches what the tests need of the machine. Run again, it fetches only what is missing. */
import { type Need, needs, whyMissing } from './needs';
import { NotSetUp } from './unavailable';

/** False when it could be here and is not. */
async function setUp(need: Need): Promise<boolean> {
  if (whyMissing(need) instanceof NotSetUp)
    try {
      await need.install();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
    }
  const why = whyMissing(need);
  console.log(why ? `Not here: ${need.what}. ${why.message}` : `Here: ${need.what}.`);
  return !(why instanceof NotSetUp);
}

async function main(): Promise<void> {
  for (const need of needs) if (!(await setUp(need))) process.exitCode = 1;
}

void main();
