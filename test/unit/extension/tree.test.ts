import { describe, expect, it } from 'vitest';
import { labelsDigest } from '../../../src/engine/rounds/labelsDigest';
import type { DatasetState } from '../../../src/extension/datasets/datasetState';
import { isBroken, openRound, teachingRound } from '../../../src/extension/datasets/datasetState';
import { KnownFiles } from '../../../src/extension/datasets/knownFiles';
import { readDataset } from '../../../src/extension/datasets/readDatasets';
import { childNodes, type Node, nodeId, rootNode } from '../../../src/extension/views/nodes';
import { treeItem } from '../../../src/extension/views/treeItem';
import { REVIEWED } from '../../../src/shared/reviewed';
import { datasetFile, encoderFile, resultsOf, roundOf, says, skips } from '../../support/datasetFiles';
import { writeDataset } from '../../support/writeDataset';

async function example(name = 'faces') {
  const dataset = await writeDataset(name);
  const { write, label, ref } = dataset;
  await write('rounds/0001.json', roundOf(1, ['a.png', 'b.png']));
  await write('rounds/0002.json', roundOf(2, ['c.png', 'd.png']));
  await write('results/0001.json', { ...resultsOf(1, 0.625), labelled: 2 });
  await write('benchmarks/study/report.json', '{}');
  await label('ana', { 'a.png': says('happy'), 'b.png': says('sad'), 'c.png': says('sad') });
  const read = async () => rootNode((await readDataset(ref, new KnownFiles()))!);
  return { ...dataset, read };
}

const shown = (node: Node) => {
  const { label, description, contextValue } = treeItem(node);
  return [label, description, contextValue];
};

describe('the tree', () => {
  it('shows a dataset, its encoder, rounds (newest first) and benchmarks', async () => {
    const { read } = await example();
    const root = await read();
    expect(shown(root)).toEqual(['faces', '3 labels · 62.5 %', 'dataset']);
    const children = childNodes(root);
    expect(children.map(shown)).toEqual([
      ['Encoder', 'not chosen yet', 'encoder.none'],
      ['Rounds', '2', 'rounds'],
      ['Benchmarks', '1', 'benchmarks'],
    ]);
    expect(childNodes(children[1]).map(shown)).toEqual([
      ['Round 2', '1/2 labelled', 'round.open'],
      ['Round 1', '2/2 labelled · 62.5 %', 'round.done'],
    ]);
    expect(childNodes(children[2]).map(shown)).toEqual([['study', '', 'benchmark']]);
  });

  it('counts skips beside labels', async () => {
    const { read, label } = await example();
    await label('ana', { 'a.png': says('happy'), 'b.png': says('sad'), 'c.png': skips });
    const [, rounds] = childNodes(await read());
    expect(childNodes(rounds).map(shown)).toEqual([
      ['Round 2', '0/2 labelled · 1 skipped', 'round.open'],
      ['Round 1', '2/2 labelled · 62.5 %', 'round.done'],
    ]);
  });

  it('tells when labels were changed that the figures stand on, and not when there are new ones', async () => {
    const { read, label, write } = await example();
    const rounds = async () => shown(childNodes(await read())[1]);
    const labels: [string, string][] = [
      ['a.png', 'happy'],
      ['b.png', 'sad'],
      ['c.png', 'sad'],
    ];
    const trainedOn = labelsDigest(
      { images: labels.map(([id]) => ({ id, split: 'train', label: null, hash: '' })), file: datasetFile() },
      new Map(labels.map(([, name], i) => [i, datasetFile().classes.indexOf(name)])),
    );
    await write('results/0001.json', { ...resultsOf(1, 0.625), labelled: 3, labels: trainedOn });
    expect(await rounds()).toEqual(['Rounds', '2', 'rounds']);
    await label('ana', { 'a.png': says('happy'), 'b.png': says('happy'), 'c.png': says('sad') });
    expect(await rounds()).toEqual(['Rounds', '2 · labels changed', 'rounds.stale']);
    await label('ana', { 'a.png': says('happy'), 'b.png': says('sad') });
    expect(await rounds()).toEqual(['Rounds', '2 · labels changed', 'rounds.stale']);
    await label('ana', { ...Object.fromEntries(labels.map(([id, name]) => [id, says(name)])), 'd.png': says('sad') });
    expect(await rounds()).toEqual(['Rounds', '2', 'rounds']);
  });

  it('does not take a reviewed prediction that was trained on for a changed label', async () => {
    const { read, label, write } = await example();
    const rounds = async () => shown(childNodes(await read())[1])[1];
    const reviewed = { ...says('sad'), source: REVIEWED } as const;
    const images = ['a.png', 'b.png'].map((id) => ({ id, split: 'train' as const, label: null, hash: '' }));
    const of = (names: readonly string[]) => new Map(names.map((name, i) => [i, datasetFile().classes.indexOf(name)]));
    const labels = labelsDigest({ images, file: datasetFile() }, of(['happy', 'sad']), new Set([1]));
    await label('ana', { 'a.png': says('happy'), 'b.png': reviewed });
    await write('results/0001.json', { ...resultsOf(1, 0.5), labelled: 2, labels });
    expect(await rounds()).toBe('2');
    await label('bo', { 'b.png': says('sad') });
    expect(await rounds()).toBe('2 · labels changed');
  });

  it('tells when a test set has other labels than those that accuracy was measured on', async () => {
    const { read, label, write } = await example();
    await write('dataset.json', datasetFile({ split: { train: 40, test: 0 } }));
    const rounds = async () => shown(childNodes(await read())[1]);
    const tested = Array.from({ length: 20 }, (_, i) => `test-${String(i).padStart(2, '0')}.png`);
    const says20 = (name: string) => Object.fromEntries(tested.map((id) => [id, says(name)]));
    const teaching = { 'a.png': says('happy'), 'b.png': says('sad') };
    const digest = (names: Record<string, string>) => {
      const images = Object.keys(names).map((id) => ({ id, split: 'train' as const, label: null, hash: '' }));
      const of = new Map(Object.values(names).map((name, i) => [i, datasetFile().classes.indexOf(name)]));
      return labelsDigest({ images, file: datasetFile() }, of);
    };
    const results = { ...resultsOf(1, 0.5), labelled: 2, labels: digest({ 'a.png': 'happy', 'b.png': 'sad' }) };
    await write('results/0001.json', results);
    await write('rounds/0002.json', { ...roundOf(2, tested), schema: 3, purpose: 'test' });
    const { [tested[0]!]: _, ...tooFew } = says20('happy');
    await label('ana', { ...teaching, ...tooFew });
    expect(await rounds()).toEqual(['Rounds', '2', 'rounds']);

    await label('ana', { ...teaching, ...says20('happy') });
    expect(await rounds()).toEqual(['Rounds', '2 · test set changed', 'rounds.stale']);
    const testSet = { labels: digest(Object.fromEntries(tested.map((id) => [id, 'happy']))) };
    await write('results/0001.json', { ...results, schema: 3, testSet });
    expect(await rounds()).toEqual(['Rounds', '2', 'rounds']);
    await label('ana', { ...teaching, ...says20('sad') });
    expect(await rounds()).toEqual(['Rounds', '2 · test set changed', 'rounds.stale']);
  });

  it('tells of labels on which people disagree', async () => {
    const { read, label } = await example();
    await label('bo', { 'a.png': says('sad'), 'b.png': says('sad') });
    expect(shown(await read())[1]).toBe('2 labels · 1 disputed · 62.5 %');
  });

  it('tells a test set from rounds that teach, and what it says of the accuracy', async () => {
    const { read, write } = await example();
    await write('rounds/0002.json', { ...roundOf(2, ['c.png', 'd.png']), schema: 3, purpose: 'test' });
    const { metrics, ...results } = resultsOf(2, 0.5);
    const measured = { ...metrics!, count: 100 };
    await write('results/0002.json', { ...results, schema: 3, metrics: measured, testSet: { labels: 'b'.repeat(64) } });
    const root = await read();
    expect(shown(root)[1]).toBe('2 labels · 50.0 %');
    const [drawn, taught] = childNodes(childNodes(root)[1]);
    expect(shown(drawn)).toEqual(['Round 2', 'test set · 1/2 labelled · 50.0 %', 'round.open']);
    expect((treeItem(drawn).tooltip as { value: string }).value.replaceAll('\\', '')).toContain(
      'Accuracy 50.0 % (40.4 % to 59.6 % at 95 %) on 100 images drawn at random',
    );
    expect(shown(taught)).toEqual(['Round 1', '2/2 labelled · 62.5 %', 'round.done']);
    const { state } = root as Extract<Node, { kind: 'dataset' }>;
    expect([openRound(state, 'ana')?.round, teachingRound(state, 'ana')]).toEqual([2, undefined]);
  });

  it('says what more labels are likely to bring, once rounds have told', async () => {
    const { read, write } = await example();
    const tooltip = async () => (treeItem(await read()).tooltip as { value: string }).value.replaceAll('\\', '');
    expect(await tooltip()).not.toContain('likely');
    for (const [i, labelled] of [20, 40, 60, 80].entries())
      await write(`results/000${i + 1}.json`, { ...resultsOf(i + 1, 0.4 + i / 50), labelled });
    expect(await tooltip()).toMatch(/100 labels more are likely to bring [+-]?\d+\.\d ± \d+\.\d points\./);
  });

  it('keeps the count in its place after a name from right to left', async () => {
    const { read } = await example('\u0648\u062c\u0648\u0647');
    const { description, accessibilityInformation } = treeItem(await read());
    expect(description).toBe('\u200e3 labels · 62.5 %');
    expect(accessibilityInformation?.label).not.toContain('\u200e');
  });

  it('names images that were left out at the import, where nobody need look for the log', async () => {
    const { read, write } = await example();
    const tooltip = async () => (treeItem(await read()).tooltip as { value: string }).value.replaceAll('\\', '');
    expect(await tooltip()).not.toContain('left out');
    const broken = ['a.heic', 'b.png', 'c.png', 'd.png'].map((id) => ({ id, problem: 'It is damaged.' }));
    await write('dataset.json', datasetFile({ broken }));
    expect(await tooltip()).toContain('4 images left out; dataset.json says why: a.heic, b.png, c.png, and more');
  });

  it('says how an encoder was made, or that its making was stopped', async () => {
    const { read, write } = await example();
    const encoder = async () => childNodes(await read())[0];
    await write('.cache/pretrain.safetensors', '');
    expect(shown(await encoder())).toEqual(['Encoder', 'pre-training stopped', 'encoder.stopped']);
    await write('models/encoder.json', encoderFile());
    const item = treeItem(await encoder());
    expect(item.description).toMatch(/^Pre-trained encoder with HOG · .+ · pre-training stopped$/);
  });

  it('names the encoder in use, where it comes from, and why it is that one', async () => {
    const { read, write } = await example();
    const encoder = async () => treeItem(childNodes(await read())[0]);
    const tooltip = async () => ((await encoder()).tooltip as { value: string }).value.replaceAll('\\', '');
    await write('features.json', { schema: 1, use: 'faces', chosenBy: 'guess', why: 'FER2013 holds faces' });
    expect((await encoder()).description).toBe('Faces');
    expect(await tooltip()).toMatch(
      /^Faces: learnt from photographs .*no expression labels\n\nGuessed: FER2013 holds faces\.\n\nNot pre-trained/,
    );
    await write('features.json', { schema: 1, use: 'external:dino', chosenBy: 'person', why: '' });
    expect((await encoder()).description).toBe('dino');
    expect(await tooltip()).not.toContain('Guessed');
    await write('features.json', { schema: 1, use: 'faces+pretrained', chosenBy: 'person', why: '' });
    expect((await encoder()).description).toBe('not chosen yet'); // what is chosen is not there (any more)
    await write('models/encoder.json', encoderFile());
    expect((await encoder()).description).toMatch(/^Faces \+ Pre-trained encoder · /);
  });

  it('shows a running pre-training with its share, and how many images were looked at', async () => {
    const { read, write, ref } = await example();
    await write('features.json', { schema: 1, use: 'general', chosenBy: 'person', why: '' });
    const task = { title: 'Work', ahead: false, ref, job: null, stop: () => {} } as const;
    const progress = { stage: '', done: 45, total: 100, unit: 'images' };
    const shownFor = async (job: 'pretrain' | 'embed') => {
      const { description, contextValue } = treeItem(childNodes(await read())[0], { ...task, job, progress });
      return [description, contextValue];
    };
    expect(await shownFor('pretrain')).toEqual(['pre-training 45 %', 'encoder.running']);
    expect(await shownFor('embed')).toEqual(['Anything · 45 %', 'encoder.none']);
  });

  it('shows damaged files first, and opens them', async () => {
    const { read, write } = await example();
    await write('labels/bo.json', 'nonsense');
    const [problem] = childNodes(await read());
    const item = treeItem(problem);
    expect(item.label).toBe('labels/bo.json');
    expect(item.command).toMatchObject({ command: 'warmstart.openFile', arguments: [problem] });
    await write('dataset.json', 'nonsense');
    const broken = await read();
    expect(shown(broken)).toEqual(['faces', 'cannot be used', 'broken']);
    expect(childNodes(broken)).toEqual([]);
  });

  it('escapes names in tooltips, which are Markdown', async () => {
    const { read, write, ref } = await example();
    await write('dataset.json', datasetFile({ classes: ['<script>', '[x](command:y)'] }));
    const { tooltip } = treeItem(await read());
    expect((tooltip as { value: string }).value).not.toContain('[x](command:y)');
    expect(isBroken((await readDataset(ref, new KnownFiles())) as DatasetState)).toBe(false);
  });

  it('keeps ids apart, whatever the state', async () => {
    const { read, label } = await example();
    const all = (node: Node): Node[] => [node, ...childNodes(node).flatMap(all)];
    const before = all(await read()).map(nodeId);
    expect(new Set(before).size).toBe(before.length);
    await label('bo', { 'd.png': says('sad') });
    expect(all(await read()).map(nodeId)).toEqual(before);
  });
});
