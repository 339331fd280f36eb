import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAnswers } from '../../../src/extension/datasets/answers';
import type { DatasetState } from '../../../src/extension/datasets/datasetState';

import {
  isBroken,
  latestResults,
  leftFor,
  openRound,
  teachingRound,
} from '../../../src/extension/datasets/datasetState';
import { KnownFiles } from '../../../src/extension/datasets/knownFiles';

import { listDatasets, readDataset } from '../../../src/extension/datasets/readDatasets';
import { roundOf as findRound } from '../../../src/extension/datasets/roundOf';
import {
  datasetFile,
  encoderFile,
  externalEncoderFile,
  resultsOf,
  roundOf,
  says,
  skips,
} from '../../support/datasetFiles';
import { writeDataset } from '../../support/writeDataset';

async function stateOf(ref: Parameters<typeof readDataset>[0], known = new KnownFiles()): Promise<DatasetState> {
  const listing = await readDataset(ref, known);
  if (!listing || isBroken(listing)) throw new Error(`Not usable: ${listing?.problem.message}`);
  return listing;
}

describe('listDatasets', () => {
  it('finds folders with a dataset.json, sorted, and nothing else', async () => {
    const { workspace, write } = await writeDataset('b');
    await write('../a/dataset.json', datasetFile({ name: 'a' }));
    await write('../without/labels/x.json', '{}');
    await write('../.hidden/dataset.json', datasetFile());
    expect((await listDatasets(workspace)).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(await listDatasets(join(workspace, 'nowhere'))).toEqual([]);
  });
});

describe('readDataset', () => {
  it('knows a dataset that nothing was done with', async () => {
    const { ref } = await writeDataset();
    const state = await stateOf(ref);
    expect(state).toMatchObject({ encoder: null, encoderWritten: null, pretrainingStopped: false, labelled: 0 });
    expect([state.rounds, state.results, state.benchmarks, state.problems]).toEqual([[], [], [], []]);
    expect([openRound(state, 'ana'), latestResults(state)]).toEqual([undefined, null]);
  });

  it('knows which encoder rounds look through, and those that were added', async () => {
    const { ref, write } = await writeDataset();
    expect(await stateOf(ref)).toMatchObject({ features: null, addedEncoders: [] });
    const features = { schema: 1, use: 'external:dino', chosenBy: 'person', why: '' };
    await write('features.json', features);
    await write('models/encoders/dino.json', externalEncoderFile());
    await write('models/encoders/clip.json', '{}');
    const { addedEncoders, features: read, problems } = await stateOf(ref);
    expect(read).toEqual(features);
    expect(addedEncoders).toEqual([{ name: 'dino', trainedOn: '142 million photographs' }]);
    expect(problems.map(({ file }) => basename(file))).toEqual(['clip.json']);
    await write('features.json', { ...features, use: 'nonsense' });
    const damaged = await stateOf(ref);
    expect(damaged.features).toBeNull();
    expect(damaged.problems[0]).toMatchObject({
      file: expect.stringMatching(/features\.json$/),
      message: expect.stringMatching(/damaged at "use"/),
    });
  });

  it('waits for everybody where everybody is asked, and otherwise for whoever comes first', async () => {
    const { ref, write, label } = await writeDataset();
    const { picks, ...round } = roundOf(1, ['a.png', 'b.png', 'c.png', 'd.png']);
    const shared = picks.map((pick, i) => (i < 2 ? { ...pick, everybody: true } : pick));
    await write('rounds/0001.json', { ...round, schema: 3, picks: shared });
    const left = async (...names: string[]) => {
      const state = await stateOf(ref);
      return names.map((name) => leftFor(state.rounds[0]!, name));
    };
    expect(await left('ana', 'bo')).toEqual([4, 4]);
    await label('ana', { 'a.png': says('happy'), 'b.png': skips, 'c.png': says('sad'), 'd.png': says('sad') });
    expect(await left('ana', 'bo', 'constructor')).toEqual([0, 2, 2]);
    await label('bo', { 'a.png': says('happy') });
    expect(await left('ana', 'bo')).toEqual([0, 1]);
    const state = await stateOf(ref);
    expect(state.rounds[0]).toMatchObject({ asked: 4, answered: 4 });
    expect([openRound(state, 'ana'), teachingRound(state, 'bo')?.round]).toEqual([undefined, 1]);
  });

  it('counts answers of rounds, labels, results, encoder and benchmarks', async () => {
    const { ref, write, label, directory } = await writeDataset();
    await write('rounds/0001.json', roundOf(1, ['a.png', 'b.png']));
    await write('rounds/0002.json', roundOf(2, ['c.png', 'd.png', 'e.png']));
    await write('results/0001.json', resultsOf(1, 0.5));
    await write('models/encoder.json', encoderFile());
    await write('.cache/pretrain.safetensors', 'x');
    await write('benchmarks/done/report.json', '{}');
    await write('benchmarks/running/cells/1.json', '{}');
    await label('ana', { 'a.png': says('happy'), 'b.png': skips, 'c.png': says('sad'), 'z.png': says('sad') });
    const state = await stateOf(ref);
    expect(state.rounds).toMatchObject([
      { round: 1, strategy: 'maxHerding', asked: 2, answered: 2, results: { metrics: { accuracy: 0.5 } } },
      { round: 2, asked: 3, answered: 1, results: null },
    ]);
    expect(openRound(state, 'ana')?.round).toBe(2);
    expect(latestResults(state)?.round).toBe(1);
    expect(state.labelled).toBe(3);
    expect(state.encoder?.epochs).toBe(10);
    expect(Math.abs(state.encoderWritten! - Date.now())).toBeLessThan(60_000);
    expect(state.pretrainingStopped).toBe(true);
    expect(state.benchmarks).toEqual([
      { name: 'done', report: join(directory, 'benchmarks/done/report.json') },
      { name: 'running', report: null },
    ]);
    expect(state.problems).toEqual([]);
  });

  it('merges annotators as the engine does: disagreement is a conflict, a skip weighs nothing', async () => {
    const { ref, write, label } = await writeDataset();
    await write('rounds/0001.json', roundOf(1, ['a.png', 'b.png', 'c.png', 'd.png']));
    await label('ana', { 'a.png': says('happy'), 'b.png': says('sad'), 'c.png': skips });
    await label('bo', { 'a.png': says('happy'), 'b.png': says('happy'), 'c.png': says('sad') });
    const state = await stateOf(ref);
    expect(state).toMatchObject({ labelled: 2, conflicts: 1 });
    expect(state.rounds[0]).toMatchObject({ asked: 4, answered: 3 });
    const { merged, files } = await readAnswers(ref, state.file.classes, new KnownFiles());
    expect(merged.conflicts).toEqual([
      {
        image: 'b.png',
        answers: [
          { annotator: 'ana', label: 'sad' },
          { annotator: 'bo', label: 'happy' },
        ],
      },
    ]);
    expect(files.map(({ annotator, answers }) => [annotator, answers])).toEqual([
      ['ana', 3],
      ['bo', 3],
    ]);
  });

  it.each([
    ['not JSON', 'labels/bo.json', '{"schema": 1,\n', 'not valid JSON (line 1: '],
    ['empty', 'labels/bo.json', '  ', 'It is empty'],
    ['another structure', 'labels/bo.json', '{"schema": 1, "labels": {"a.png": {"label": 3}}}', 'labels.a.png'],
    [
      'a merge',
      'labels/bo.json',
      '<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n',
      'conflict in lines 1–5: keep one side',
    ],
    [
      'an image twice',
      'labels/bo.json',
      '{"schema":1,"labels":{"a.png":{"skipped":true,"at":"2026-01-31T12:00:00Z","seconds":1},"a.png":{"skipped":true,"at":"2026-01-31T12:00:00Z","seconds":1}}}',
      'answers image "a.png" twice',
    ],
    [
      'an unknown class',
      'labels/bo.json',
      '{"schema":1,"labels":{"a.png":{"label":"angry","at":"2026-01-31T12:00:00Z","seconds":1}}}',
      'unknown class "angry"; use one of happy, sad',
    ],
    [
      'an unfinished merge of lines',
      'labels/bo.jsonl',
      '{ "schema": 2 }\n<<<<<<< ours\n=======\n>>>>>>> theirs\n',
      'conflict in lines 2–4: keep one side where both answer the same image',
    ],
    ['lines of a newer version', 'labels/bo.jsonl', '{ "schema": 3 }\n', 'newer Warmstart'],
    ['a line that is none', 'labels/bo.jsonl', '{ "schema": 2 }\n{ "image": "a.png" }\n', 'damaged at "line 2: at"'],
    ['a round of a newer version', 'rounds/0001.json', '{"schema": 4}', 'newer Warmstart'],
    ['a round of another number', 'rounds/0003.json', JSON.stringify(roundOf(2, ['a.png'])), 'rename it to 0002.json'],
    ['results', 'results/0001.json', '[]', 'It is damaged'],
    ['the encoder', 'models/encoder.json', '{}', 'damaged at "schema"'],
    ['the continued encoder', 'models/continued.json', '{}', 'damaged at "schema"'],
  ])('shows what is wrong with a damaged file (%s) and goes on with the rest', async (_, path, text, message) => {
    const { ref, write, label, directory } = await writeDataset();
    await label('ana', { 'x.png': says('happy') });
    await write(path, text);
    const state = await stateOf(ref);
    expect(state.problems).toHaveLength(1);
    expect(state.problems[0].file).toBe(join(directory, path));
    expect(state.problems[0].message).toContain(message);
    expect(state.labelled).toBe(1);
  });

  it('lists a dataset whose dataset.json is damaged, and none where it is gone', async () => {
    const { ref, write } = await writeDataset();
    const known = new KnownFiles();
    await write('dataset.json', '{"schema": 1, "name": ""}');
    expect(await readDataset(ref, known)).toMatchObject({
      ref,
      problem: { message: expect.stringContaining('"name"') },
    });
    expect(await readDataset({ ...ref, directory: join(ref.directory, 'gone') }, known)).toBeNull();
  });

  it('sees a change of a file that it has read, and its end', async () => {
    const { ref, label, directory } = await writeDataset();
    const known = new KnownFiles();
    await label('ana', { 'a.png': says('happy') });
    expect((await stateOf(ref, known)).labelled).toBe(1);
    await label('ana', { 'a.png': says('happy'), 'b.png': says('sad') });
    expect((await stateOf(ref, known)).labelled).toBe(2);
    await writeFile(join(directory, 'labels/ana.jsonl'), 'nonsense');
    expect(await stateOf(ref, known)).toMatchObject({ labelled: 0, problems: [{}] });
  });

  it('does not look into the cache, where the list of images is', async () => {
    const { ref, directory } = await writeDataset();
    await mkdir(join(directory, '.cache', 'index.json'), { recursive: true }); // reading it would fail
    expect((await stateOf(ref)).problems).toEqual([]);
  });
});

describe('roundOf', () => {
  it('finds the newest round that asked for an image', async () => {
    const { ref, write } = await writeDataset();
    await write('rounds/0001.json', roundOf(1, ['a.png', 'quo"te.png']));
    await write('rounds/0002.json', roundOf(2, ['b.png']));
    const state = await stateOf(ref);
    expect(await findRound(state, 'quo"te.png')).toBe(1);
    expect(await findRound(state, 'b.png')).toBe(2);
    expect(await findRound(state, 'c.png')).toBeUndefined();
  });
});
