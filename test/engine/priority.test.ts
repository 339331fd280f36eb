import { constants, getPriority } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../support/built';
import { addressOf, endless, importedDataset, type TestEngine, testEngine, watched } from '../support/forkedEngine';
import { childrenOf } from '../support/processes';

beforeAll(ensureBuilt);

/** Priorities of what the engine has started. */
async function prioritiesOfJobs({ engine }: TestEngine): Promise<number[]> {
  await engine.request('devices', {}); // it is there
  const mine = childrenOf(process.pid).flatMap(childrenOf);
  return mine.map((pid) => getPriority(pid));
}

const usual = getPriority();
const low = Math.max(usual, constants.priority.PRIORITY_BELOW_NORMAL);

describe.runIf(process.platform === 'linux')('work in the background', () => {
  it.each([
    ['gives way to other programs', 'low', low],
    ['is a program like any other where that is wished', 'normal', usual],
  ] as const)('%s', async (_, priority, expected) => {
    const there = testEngine();
    const at = addressOf(await importedDataset(there));
    await there.engine.request('configure', { device: 'onnx-cpu', packages: '', priority });
    const { token, cancel, running, report } = watched();
    const job = there.engine.run('pretrain', { ...at, ...endless }, { token, report });
    job.catch(() => {});
    await running;
    expect(await prioritiesOfJobs(there)).toContain(expected);
    cancel();
    await expect(job).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('is what gives way, not what somebody waits for', async () => {
    const there = testEngine();
    const at = addressOf(await importedDataset(there, { train: 40 }));
    await there.engine.request('configure', { device: 'onnx-cpu', packages: '', priority: 'low' });
    const seen: number[] = [];
    const report = () =>
      void seen.push(
        ...childrenOf(process.pid)
          .flatMap(childrenOf)
          .map((pid) => getPriority(pid)),
      );
    await there.engine.run('query', { ...at, strategy: 'random', budget: 3, seed: 0 }, { report });
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen)).toEqual(new Set([usual]));
  });
});
