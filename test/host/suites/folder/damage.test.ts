import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, before, describe, it } from 'mocha';
import { commands, Uri, window } from 'vscode';
import { type DatasetState, isBroken } from '../../../../src/extension/datasets/datasetState';
import { LabellingSession } from '../../../../src/extension/labelling/session';
import { rootNodes } from '../../../../src/extension/views/nodes';
import { treeItem } from '../../../../src/extension/views/treeItem';
import type { DatasetRef } from '../../../../src/shared/workspace/paths';
import { labelsOnDisk } from '../../../support/labelsOnDisk';
import { waitFor } from '../../../support/waitFor';
import { makeDataset, picks } from '../dataset';
import { services } from '../extension';

const at = '2026-01-01T00:00:00.000Z';
const tabs = () => window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));

/** What stands behind a labelling panel, with the engine of this window; the page itself is out of reach here. */
async function sessionOf(ref: DatasetRef, annotator: string): Promise<LabellingSession> {
  const { engine } = await services();
  const address = { workspace: ref.workspace, dataset: ref.name, round: 1 };
  const session = new LabellingSession(address, ref.directory, {
    engine,
    annotator: () => annotator,
    autoAdvance: () => true,
    uriOf: (path) => path,
    whyHidden: () => null,
    changed() {},
  });
  await session.refresh();
  return session;
}

const press = (session: LabellingSession, image: string, label: string) =>
  session.answer({ answers: [{ image, label, flag: null, seconds: 1, replace: false }] });

async function stateOf(ref: DatasetRef): Promise<DatasetState> {
  const { datasets } = await services();
  const listing = await datasets.read(ref);
  assert.ok(listing && !isBroken(listing));
  return listing;
}

describe('what goes wrong while images are labelled', () => {
  let ref: DatasetRef;
  let images: string[];
  before(async () => {
    await services();
    ref = await makeDataset('damage');
    images = await picks(ref);
  });

  it('a labels file edited into nonsense pauses the batch, stays as it is, and goes on when it is mended', async () => {
    const session = await sessionOf(ref, 'anna');
    const [first = '', second = ''] = images;
    await press(session, first, 'sad');
    const file = join(ref.directory, 'labels', 'anna.jsonl');
    const good = await readFile(file, 'utf8');
    const nonsense = good.replace('"sad"', '"sad');
    assert.notEqual(nonsense, good);
    await writeFile(file, nonsense);
    await session.refresh();
    assert.match(session.state().paused ?? '', /anna\.json/);
    await assert.rejects(press(session, second, 'happy'), /anna\.json/);
    assert.equal(await readFile(file, 'utf8'), nonsense);
    assert.deepEqual(Object.keys(session.state().unsaved), [second]);
    await writeFile(file, good);
    await session.refresh();
    assert.equal(session.state().paused, null);
    await press(session, second, 'happy');
    const saved = await labelsOnDisk(ref.directory, 'anna');
    assert.deepEqual([saved[first]?.label, saved[second]?.label], ['sad', 'happy']);
    assert.deepEqual(session.state().unsaved, {});
    session.dispose();
  });

  it('an image deleted after it was asked for is told of by name, and the others can be answered', async () => {
    const session = await sessionOf(ref, 'ben');
    const [, , gone = '', next = ''] = images;
    const { uri } = session.state().images[2] ?? {};
    assert.ok(uri);
    await rm(uri);
    const { message } = await session.explainImage({ image: gone });
    assert.match(message, /no longer there/);
    assert.ok(message.includes(uri));
    await press(session, next, 'angry');
    assert.deepEqual(Object.keys(await labelsOnDisk(ref.directory, 'ben')), [next]);
    session.dispose();
  });

  it('two annotators who disagree are shown in the tree, and neither answer is lost', async () => {
    const [, , , image = ''] = images;
    const { engine } = await services();
    assert.equal((await stateOf(ref)).conflicts, 0);
    await engine.request('labels/add', {
      workspace: ref.workspace,
      dataset: ref.name,
      annotator: 'cleo',
      overwrite: false,
      additions: [{ image, entry: { label: 'sad', at, seconds: 1 } }],
    });
    const state = await stateOf(ref);
    assert.equal(state.conflicts, 1);
    const [root] = rootNodes([state]);
    assert.ok(root);
    const { tooltip } = treeItem(root);
    assert.match(typeof tooltip === 'object' ? tooltip.value : '', /disagree/);
    assert.equal((await labelsOnDisk(ref.directory, 'ben'))[image]?.label, 'angry');
    assert.equal((await labelsOnDisk(ref.directory, 'cleo'))[image]?.label, 'sad');
  });
});

describe('what is damaged', () => {
  let ref: DatasetRef;
  before(async () => {
    ref = await makeDataset('damaged curves', { asked: 0 });
  });
  afterEach(() => commands.executeCommand('workbench.action.closeAllEditors'));

  it('opens a chart all the same, from the file and from the dataset', async () => {
    const file = join(ref.directory, 'results', '0001.json');
    await mkdir(join(ref.directory, 'results'));
    await writeFile(file, '{ "schema": 1, ');
    await commands.executeCommand('warmstart.showCurve', Uri.file(file));
    await waitFor('the chart of the file', () => tabs().includes('damaged curves: Accuracy vs Budget'));
    await commands.executeCommand('workbench.action.closeAllEditors');
    await commands.executeCommand('warmstart.showCurve', ref);
    await waitFor('the chart of the dataset', () => tabs().includes('damaged curves: Accuracy vs Budget'));
    await commands.executeCommand('workbench.action.closeAllEditors');
    await writeFile(join(ref.directory, 'dataset.json'), '[]');
    await commands.executeCommand('warmstart.showCurve', ref);
    await waitFor('the chart of a broken dataset', () => tabs().includes('damaged curves: Accuracy vs Budget'));
    await rm(ref.directory, { recursive: true });
  });
});
