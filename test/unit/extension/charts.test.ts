import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chartTargetOf } from '../../../src/extension/charts/chartTarget';
import { readCurves } from '../../../src/extension/charts/readCurves';
import { JsonFiles } from '../../../src/extension/datasets/jsonFile';
import { report } from '../../support/chartStates';
import { datasetFile, resultsOf } from '../../support/datasetFiles';
import { writeDataset } from '../../support/writeDataset';

describe('readCurves', () => {
  it('reads the run and all benchmarks that have a report', async () => {
    const { ref, write } = await writeDataset();
    await write('results/0002.json', resultsOf(2, 0.6));
    await write('results/0001.json', resultsOf(1, 0.5));
    await write('results/notes.json', '{}');
    await write('benchmarks/cold start/report.json', report(['random']));
    await write('benchmarks/running/cells/x.json', '{}');
    const curves = await readCurves(ref, new JsonFiles());
    expect(curves).toMatchObject({ exists: true, dataset: 'faces', classes: ['happy', 'sad'], poolSize: 100 });
    expect(curves.results.map(({ round }) => round)).toEqual([1, 2]);
    expect(curves.benchmarks.map(({ name }) => name)).toEqual(['cold start']);
    expect(curves.problems).toEqual([]);
  });

  it('loses only what is damaged, and says where and what', async () => {
    const { ref, write } = await writeDataset();
    await write('dataset.json', '{ "schema": 1');
    await write('results/0001.json', resultsOf(1, 0.5));
    await write('results/0002.json', resultsOf(2, 1.5));
    await write('results/0003.json', resultsOf(4, 0.5));
    await write('benchmarks/a/report.json', report(['random']));
    await write('benchmarks/b/report.json', '');
    const curves = await readCurves(ref, new JsonFiles());
    expect(curves).toMatchObject({ exists: true, classes: null, poolSize: null });
    expect(curves.results.map(({ round }) => round)).toEqual([1]);
    expect(curves.benchmarks.map(({ name }) => name)).toEqual(['a']);
    expect(curves.problems.map(({ place }) => place)).toEqual([
      'dataset.json',
      'results/0002.json',
      'results/0003.json',
      'benchmarks/b/report.json',
    ]);
    expect(curves.problems[1].message).toContain('metrics.accuracy');
    expect(curves.problems[2].message).toBe('It says it is number 4; rename it to 0004.json.');
    expect(curves.problems[3].file).toBe(join(ref.directory, 'benchmarks', 'b', 'report.json'));
  });

  it('sees a file that was put right, and a dataset that is gone', async () => {
    const { ref, write, directory } = await writeDataset();
    const json = new JsonFiles();
    await write('results/0001.json', 'nonsense');
    expect((await readCurves(ref, json)).problems).toHaveLength(1);
    await write('results/0001.json', resultsOf(1, 0.5));
    await write('dataset.json', datasetFile({ name: 'other' }));
    expect(await readCurves(ref, json)).toMatchObject({ problems: [], dataset: 'other' });
    await rm(directory, { recursive: true });
    expect(await readCurves(ref, json)).toMatchObject({ exists: false, results: [], benchmarks: [], problems: [] });
  });
});

describe('chartTargetOf', () => {
  const ref = { workspace: '/home/w', name: 'my faces', directory: '/home/w/warmstart/my faces' };
  it('knows results and reports by their place', () => {
    expect(chartTargetOf('/home/w/warmstart/my faces/results/0001.json')).toEqual({ ref, benchmark: null });
    expect(chartTargetOf('/home/w/warmstart/my faces/benchmarks/cold start/report.json')).toEqual({
      ref,
      benchmark: 'cold start',
    });
  });

  it.each([
    '/home/w/warmstart/faces/rounds/0001.json',
    '/home/w/warmstart/faces/results/notes.json',
    '/home/w/elsewhere/faces/results/0001.json',
    '/home/w/warmstart/faces/benchmarks/a/cells/report.json',
    '/results/0001.json',
    '/report.json',
  ])('knows nothing of %s', (path) => {
    expect(chartTargetOf(path)).toBeNull();
  });
});
