import { setTimeout as sleep } from 'node:timers/promises';
import { cancelledError, DeviceError, inputError } from '../../src/engine/errors';
import { serveParent } from '../../src/engine/process/parent';

/** What the child processes of these tests can be told to do. */
export type Order = 'count' | 'input' | 'memory' | 'defect' | 'abort' | 'leave' | 'hang' | 'obey' | 'ignore';

const answers: Readonly<Record<Order, (signal: AbortSignal, report: (n: number) => void) => Promise<string>>> = {
  async count(_, report) {
    for (let i = 1; i <= 3; i++) report(i);
    return 'counted';
  },
  input: () => Promise.reject(inputError('The file x.csv has no rows; write some.')),
  memory: () => Promise.reject(new DeviceError('memory', 'The device ran out of memory; use a smaller batch.')),
  async defect() {
    const nothing = undefined as unknown as { readonly length: number };
    return String(nothing.length);
  },
  async abort() {
    console.error('the driver is upside down');
    process.abort();
  },
  async leave() {
    console.error('line one\nline two');
    process.exit(3);
  },
  hang: () => sleep(3_600_000, 'never'),
  async obey(signal, report) {
    report(0);
    while (!signal.aborted) await sleep(5);
    throw cancelledError();
  },
  async ignore(_, report) {
    report(0);
    return sleep(3_600_000, 'never');
  },
};

serveParent<Order, string, number>((order, { signal, report }) => answers[order](signal, report)).then(() =>
  process.exit(0),
);
