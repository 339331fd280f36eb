import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the counts of a run are left for `npm run test:crash` to print. */
const counts = join('.test-output', 'crash');

/** How often to try, in the short run that is part of `npm test`, or as `npm run test:crash` says by the environment. */
export function effort(name: string, short: number): number {
  const asked = process.env[`WARMSTART_CRASH_${name.toUpperCase()}`];
  return asked === undefined ? short : Number(asked);
}

/** Another seed tries other moments and other inputs. */
export const seed = Number(process.env.WARMSTART_CRASH_SEED ?? 1);

/** Says how often something was tried and what came of it. */
export function tell(name: string, said: Readonly<Record<string, number>>): void {
  mkdirSync(counts, { recursive: true });
  writeFileSync(join(counts, `${name}.json`), JSON.stringify(said));
  const text = Object.entries(said).map(([what, count]) => `${count} ${what}`);
  console.log(`${name}: ${text.join(', ')}`);
}
