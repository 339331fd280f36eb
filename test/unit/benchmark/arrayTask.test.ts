import { describe, expect, it } from 'vitest';
import { cellsOfTask, cellsPerTask } from '../../../src/engine/benchmark/arrayTask';
import { shellCommand, shellWord } from '../../../src/engine/benchmark/shell';
import { cellRange } from '../../../src/engine/commandLine/values';

describe('The cells of a task', () => {
  it.each([
    [{ SLURM_ARRAY_TASK_ID: '3' }, [3]],
    [{ JOB_COMPLETION_INDEX: '0' }, [0]],
    [{ SGE_TASK_ID: '1' }, [0]],
    [{ LSB_JOBINDEX: '4', SGE_TASK_ID: 'undefined' }, [3]],
  ])('come from the scheduler: %j', (environment, cells) => {
    expect(cellsOfTask(1, environment)).toEqual(cells);
  });

  it('follow one another where a task takes several', () => {
    expect(cellsOfTask(3, { SLURM_ARRAY_TASK_ID: '2' })).toEqual([6, 7, 8]);
  });

  it('are asked for where no scheduler says which task it is, or says a number that can not be', () => {
    expect(() => cellsOfTask(1, {})).toThrow(/No scheduler says which task this is .*--cells 12-15/);
    expect(() => cellsOfTask(1, { LSB_JOBINDEX: '0' })).toThrow('LSB_JOBINDEX is 0, and tasks are counted from 1 on');
  });

  it('are as many as an array of a thousand tasks needs', () => {
    expect([1, 1000, 1001, 5100].map(cellsPerTask)).toEqual([1, 1, 2, 6]);
  });
});

describe('Numbers of cells', () => {
  it('are single ones and ranges, each once, in order', () => {
    expect(cellRange('12-15')).toEqual([12, 13, 14, 15]);
    expect(cellRange('8-9, 0,4,9')).toEqual([0, 4, 8, 9]);
  });

  it.each(['', 'a', '3-1', '-1', '1-2-3', '0-99999999999'])('are refused: "%s"', (text) => {
    expect(() => cellRange(text)).toThrow(/Expected/);
  });
});

describe('Words for a shell', () => {
  it.each([
    ['plain-word', 'plain-word'],
    ['two words', "'two words'"],
    ["it's", `'it'\\''s'`],
    ['$(rm -rf)', "'$(rm -rf)'"],
    ['', "''"],
  ])('%s', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });

  it('stand an option a line', () => {
    expect(shellCommand(['warmstart', 'benchmark', 'a b', '--seeds', '3'])).toBe(
      "warmstart benchmark 'a b' \\\n  --seeds 3",
    );
  });
});
