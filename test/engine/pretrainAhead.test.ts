import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { JobProgress } from '../../src/shared/protocol/engine';
import { ensureBuilt } from '../support/built';
import { addressOf, answer, endless, importedDataset, testEngine, watched } from '../support/forkedEngine';
import { waitFor } from '../support/waitFor';

beforeAll(ensureBuilt);

describe('a pre-training in the background', () => {
  it('gives way to rounds, and goes on behind them from where it was, also one that began again', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there, { train: 40 });
    const { engine } = there;
    const at = addressOf(dataset);
    const { token, cancel } = watched();
    const told: JobProgress[] = [];
    const epochs = () => told.filter(({ unit }) => unit !== undefined).map(({ done }) => done);
    const job = engine.run(
      'pretrain',
      { ...at, ...endless, restart: true, ahead: true },
      { token, report: (progress) => void told.push(progress) },
    );
    job.catch(() => {});
    await waitFor('it has done some epochs', () => (epochs().at(-1) ?? 0) >= 3);
    const before = epochs().at(-1)!;
    const { round } = await engine.run('query', { ...at, strategy: 'random', budget: 3, seed: 0 }, {});
    expect(round?.picks).toHaveLength(3);
    const additions = round!.picks.map(({ image }) => ({ image, entry: answer('happy') }));
    const request = { ...at, annotator: 'ann', additions, overwrite: false };
    expect(await engine.request('labels/add', request)).toMatchObject({ added: 3 });
    expect(told.map(({ stage }) => stage)).toContain('Waiting: other work comes first');
    const seen = told.length;
    await waitFor('it goes on', () => told.slice(seen).some(({ unit, done }) => unit !== undefined && done >= before));
    const later = told.slice(seen).filter(({ unit }) => unit !== undefined);
    expect(Math.min(...later.map(({ done }) => done))).toBeGreaterThanOrEqual(before - 1);
    cancel();
    await expect(job).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('that begins again and is stopped before it has done an epoch forgets nothing of the one before', async () => {
    const there = testEngine();
    const dataset = await importedDataset(there, { train: 400 }); // an epoch has many steps
    const { engine } = there;
    const at = addressOf(dataset);
    const first = watched();
    const long = engine.run('pretrain', { ...at, ...endless }, first);
    long.catch(() => {});
    await first.running;
    first.cancel();
    await expect(long).rejects.toMatchObject({ code: 'cancelled' });
    const checkpoint = join(dataset.directory, '.cache/pretrain.safetensors');
    await waitFor('it is saved', () =>
      stat(checkpoint).then(
        () => true,
        () => false,
      ),
    );
    const saved = await readFile(checkpoint);
    const second = watched();
    const again = engine.run(
      'pretrain',
      { ...at, ...endless, restart: true },
      { token: second.token, report: () => second.cancel() }, // with its first word, long before an epoch
    );
    await expect(again).rejects.toMatchObject({ code: 'cancelled' });
    expect((await readFile(checkpoint)).equals(saved)).toBe(true);
  });
});
