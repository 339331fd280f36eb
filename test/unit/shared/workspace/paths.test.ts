import { posix, win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { byRound, numberedNames, numberFault } from '../../../../src/shared/workspace/numbered';
import { datasetRef, datasetsOf, placeIn, places, warmstartFolder } from '../../../../src/shared/workspace/paths';

describe('paths of a dataset', () => {
  it.each([
    ['/home/ana/faces', posix],
    ['/home/ana/a\\b', posix],
    ['/', posix],
    ['c:\\Users\\ana\\faces', win32],
    ['C:/Users/ana', win32],
    ['\\\\server\\share\\faces', win32],
    ['d:\\', win32],
  ])('below %s are those that Node would make', (workspace, { join }) => {
    const { directory } = datasetRef(workspace, 'faces 2');
    expect(warmstartFolder(workspace)).toBe(join(workspace, 'warmstart'));
    expect(directory).toBe(join(workspace, 'warmstart', 'faces 2'));
    expect(placeIn(directory, places.round(12))).toBe(join(directory, 'rounds', '0012.json'));
    expect(placeIn(directory, places.resultsOf(12_345))).toBe(join(directory, 'results', '12345.json'));
    expect(placeIn(directory, places.labelsOf('ana b'))).toBe(join(directory, 'labels', 'ana b.jsonl'));
    expect(placeIn(directory, places.checkpoint)).toBe(join(directory, '.cache', 'pretrain.safetensors'));
    expect(placeIn(directory, places.model(0))).toBe(join(directory, 'models', 'round-0000.safetensors'));
  });

  it.each([
    ['/home/ana', '/'],
    ['/', '/'],
    ['c:\\Users\\ana', '\\'],
    ['c:\\', '\\'],
  ])('lead back to the dataset in %s', (workspace, separator) => {
    const ref = datasetRef(workspace, 'faces');
    expect(datasetsOf(ref.directory)).toEqual([{ ref, steps: [] }]);
    expect(datasetsOf([ref.directory, 'results', '0001.json'].join(separator))).toEqual([
      { ref, steps: ['results', '0001.json'] },
    ]);
  });

  it('may lie in several folders that are called warmstart', () => {
    const found = datasetsOf('/warmstart/project/warmstart/faces/benchmarks/warmstart/report.json');
    expect(found.map(({ ref }) => [ref.workspace, ref.name])).toEqual([
      ['/', 'project'],
      ['/warmstart/project', 'faces'],
      ['/warmstart/project/warmstart/faces/benchmarks', 'report.json'],
    ]);
    for (const none of ['/home/ana/faces', '/home/warmstart', '/w/warmstart/.cache/x', ''])
      expect(datasetsOf(none)).toEqual([]);
  });
});

describe('numbered files', () => {
  it('are known by their names, and say the same number themselves', () => {
    expect(numberedNames(['0002.json', '12345.json', '1.json', '0001.json.tmp', 'next.lock'])).toEqual([
      '0002.json',
      '12345.json',
    ]);
    expect(numberFault('0004.json', 4)).toBeNull();
    expect(numberFault('0003.json', 4)).toEqual({ kind: 'misnumbered', number: 4, name: '0004.json' });
    expect(numberFault('00004.json', 4)).toEqual({ kind: 'misnumbered', number: 4, name: '0004.json' });
    expect([{ round: 10_000 }, { round: 2 }].sort(byRound)[0]).toEqual({ round: 2 });
  });
});
