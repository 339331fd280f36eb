import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { before, describe, it } from 'mocha';
import { isBroken } from '../../../../src/extension/datasets/datasetState';
import { rootNodes } from '../../../../src/extension/views/nodes';
import { treeItem } from '../../../../src/extension/views/treeItem';
import type { DatasetRef } from '../../../../src/shared/workspace/paths';
import { labelsOnDisk } from '../../../support/labelsOnDisk';
import { makeDataset, picks } from '../dataset';
import { services } from '../extension';

const at = '2026-01-01T00:00:00.000Z';

/** Saves one answer as the labelling panel does. */
async function save(ref: DatasetRef, annotator: string, image: string, label: string): Promise<void> {
  const { engine } = await services();
  const address = { workspace: ref.workspace, dataset: ref.name };
  const additions = [{ image, entry: { label, at, seconds: 1 } }];
  await engine.request('labels/add', { ...address, annotator, additions, overwrite: false });
}

describe('labels through the engine', () => {
  let ref: DatasetRef;
  let images: string[];
  before(async () => {
    ref = await makeDataset('labels');
    images = await picks(ref);
  });

  it('are on the disk when the request is answered', async () => {
    for (const image of images.slice(0, 3)) {
      await save(ref, 'anna', image, 'sad');
      assert.equal((await labelsOnDisk(ref.directory, 'anna'))[image]?.label, 'sad');
    }
  });

  it('are gone from the disk when they were taken back', async () => {
    const { engine } = await services();
    const [image = ''] = images;
    const address = { workspace: ref.workspace, dataset: ref.name };
    const { removed } = await engine.request('labels/remove', { ...address, annotator: 'anna', images: [image] });
    assert.equal(removed, 1);
    assert.deepEqual(Object.keys(await labelsOnDisk(ref.directory, 'anna')).sort(), images.slice(1, 3).sort());
  });

  it('with an unknown class are refused in a sentence', async () => {
    const before = await labelsOnDisk(ref.directory, 'anna');
    await assert.rejects(save(ref, 'anna', images[3] ?? '', 'bored'), /bored/);
    assert.deepEqual(await labelsOnDisk(ref.directory, 'anna'), before);
  });

  it('are not written over a file that was edited into nonsense', async () => {
    const file = join(ref.directory, 'labels', 'ben.jsonl');
    await save(ref, 'ben', images[0] ?? '', 'happy');
    const damaged = (await readFile(file, 'utf8')).replace('"happy"', '"happy');
    await writeFile(file, damaged);
    await assert.rejects(save(ref, 'ben', images[1] ?? '', 'sad'), /ben\.json/);
    assert.equal(await readFile(file, 'utf8'), damaged);
  });
});

describe('names that are hard to show', () => {
  const classes = ['<script>alert(1)</script>'.replaceAll('/', '\u2215'), 'glücklich 😀', 'غاضب', `"it's"`];

  it('come through unharmed', async () => {
    const ref = await makeDataset('hard names', { classes, images: 12, asked: 4 });
    for (const [i, image] of (await picks(ref)).entries()) await save(ref, 'anna', image, classes[i] ?? '');
    const saved = Object.values(await labelsOnDisk(ref.directory, 'anna')).map(({ label }) => label);
    assert.deepEqual(saved.sort(), [...classes].sort());
    const listing = await (await services()).datasets.read(ref);
    assert.ok(listing && !isBroken(listing));
    assert.deepEqual(listing.problems, []);
    assert.deepEqual([...listing.file.classes].sort(), [...classes].sort());
    const [root] = rootNodes([listing]);
    assert.ok(root);
    const { tooltip, label } = treeItem(root);
    assert.equal(label, 'hard names');
    // as text: nothing of it may become an element
    assert.ok(typeof tooltip === 'object' && !tooltip.supportHtml && !/(?<!\\)<script>/.test(tooltip.value));
    assert.ok(typeof tooltip === 'object' && tooltip.value.includes('غاضب') && tooltip.value.includes('😀'));
  });

  it('of files come through as well', async () => {
    const names = [`"quoted" 'it'.png`, '<script>alert(1).png', '😀 glücklich.png', 'صورة.png', 'e\u0301.png'];
    const ref = await makeDataset('hard files', {
      names,
      images: names.length,
      classes: ['a', 'b'],
      asked: names.length,
    });
    const asked = await picks(ref);
    // the disk may keep a name in another form of the same letters
    const plain = (list: readonly string[]) => list.map((name) => basename(name).normalize('NFC')).sort();
    assert.deepEqual(plain(asked), plain(names));
    for (const image of asked) await save(ref, 'anna', image, 'a');
    assert.deepEqual(Object.keys(await labelsOnDisk(ref.directory, 'anna')).sort(), [...asked].sort());
  });
});
