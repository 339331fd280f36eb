import { createInterface } from 'node:readline/promises';
import type { ImportReport } from '../data/dataset/import';
import { cancelledError } from '../errors';
import { describeConclusion } from './describeImport';

/** Whether somebody sits there who can be asked. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/** Says on stderr what an import has concluded, and on a terminal asks whether that was meant. Without `ask` it is only said. */
export function confirmImport(
  signal: AbortSignal,
  ask: boolean,
  clear: () => void,
): (conclusion: ImportReport) => Promise<void> {
  return async (conclusion) => {
    clear();
    process.stderr.write(`\n${describeConclusion(conclusion)}\n`);
    if (!ask) return;
    const line = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const answer = await line.question('Import it like this? [Y/n] ', { signal });
      if (/^\s*n/i.test(answer))
        throw cancelledError('Nothing was imported; import --help lists what can be said of the folder.');
    } finally {
      line.close();
    }
  };
}
