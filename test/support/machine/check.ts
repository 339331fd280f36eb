/** Says before the tests begin what this machine lacks. */
import { needs, whyMissing } from './needs';
import { isStrict, NotSetUp } from './unavailable';

const missing = needs.filter((need) => whyMissing(need) instanceof NotSetUp).map(({ what }) => what);
if (missing.length > 0) {
  const so = isStrict() ? 'In continuous integration that is a failure' : 'Tests that need it are skipped';
  console.log(`Not on this machine: ${missing.join(', ')}. ${so}; \`npm run test:setup\` fetches what is missing.`);
}
