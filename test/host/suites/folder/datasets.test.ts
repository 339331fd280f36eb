import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import { type DatasetListing, type DatasetState, isBroken } from '../../../../src/extension/datasets/datasetState';
import { childNodes, rootNodes } from '../../../../src/extension/views/nodes';
import type { DatasetRef } from '../../../../src/shared/workspace/paths';
import { waitFor } from '../../../support/waitFor';
import { makeDataset, picks } from '../dataset';
import { services } from '../extension';

/** What the tree is drawn from, as it was told last: nobody asks for a refresh here. */
async function listed(name: string): Promise<DatasetListing | undefined> {
  const { datasets } = await services();
  return (await datasets.all()).find(({ ref }) => ref.name === name);
}

async function stateOf(name: string): Promise<DatasetState | undefined> {
  const listing = await listed(name);
  return listing && !isBroken(listing) ? listing : undefined;
}

describe('the tree of datasets', () => {
  let ref: DatasetRef;
  before(async () => {
    await services();
    ref = await makeDataset('growing');
  });

  it('shows a dataset that the command line made', async () => {
    const state = await waitFor('the dataset and its round', async () => {
      const found = await stateOf('growing');
      return found?.rounds.length === 1 ? found : undefined;
    });
    assert.deepEqual(state.file.classes, ['angry', 'happy', 'sad']);
    assert.deepEqual([state.rounds[0]?.asked, state.rounds[0]?.answered], [6, 0]);
    const [root] = rootNodes([state]);
    assert.ok(root);
    assert.deepEqual(
      childNodes(root).map(({ kind }) => kind),
      ['encoder', 'rounds'],
    );
  });

  it('follows labels that come from elsewhere', async () => {
    const [image] = await picks(ref);
    const labels = { [image ?? '']: { label: 'happy', at: '2026-01-01T00:00:00.000Z', seconds: 1 } };
    await mkdir(join(ref.directory, 'labels'), { recursive: true });
    await writeFile(join(ref.directory, 'labels', 'git.json'), JSON.stringify({ schema: 1, labels }));
    const state = await waitFor('the label', async () => {
      const found = await stateOf('growing');
      return found && (found.labelled > 0 || found.problems.length > 0) ? found : undefined;
    });
    assert.deepEqual(state.problems, []);
    assert.equal(state.rounds[0]?.answered, 1);
  });

  it('sees files that come at once with their folders', async () => {
    for (const name of Array.from({ length: 8 }, (_, i) => `checked-out-${i}`)) {
      const folder = join(ref.workspace, 'warmstart', name);
      mkdirSync(join(folder, 'rounds'), { recursive: true });
      for (const file of ['dataset.json', 'rounds/0001.json'])
        copyFileSync(join(ref.directory, file), join(folder, file));
      await waitFor(`the round of ${name}`, async () => (await stateOf(name))?.rounds.length === 1, 10);
    }
  });

  it('shows a damaged label file as a problem of its dataset', async () => {
    await writeFile(join(ref.directory, 'labels', 'broken.json'), '{ "schema": 1, "labels": ');
    const state = await waitFor('the problem', async () => {
      const found = await stateOf('growing');
      return found && found.problems.length > 0 ? found : undefined;
    });
    assert.match(state.problems[0]?.file ?? '', /broken\.json$/);
    assert.equal(state.rounds.length, 1);
    await rm(join(ref.directory, 'labels', 'broken.json'));
    await waitFor('the problem to go', async () => (await stateOf('growing'))?.problems.length === 0);
  });

  it('shows a damaged dataset.json, and forgets a dataset that is gone', async () => {
    const folder = join(ref.workspace, 'warmstart', 'nonsense');
    await mkdir(folder);
    await writeFile(join(folder, 'dataset.json'), '[]');
    const listing = await waitFor('the broken dataset', () => listed('nonsense'));
    assert.ok(isBroken(listing));
    assert.match(listing.problem.file, /dataset\.json$/);
    await rm(folder, { recursive: true });
    await waitFor('it to go', async () => (await listed('nonsense')) === undefined);
  });
});
