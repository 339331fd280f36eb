import { describe, expect, it } from 'vitest';
import {
  findReading,
  noSplits,
  placeBy,
  plainReading,
  type SplitWish,
} from '../../../src/engine/data/importers/splits';
import { splitOf } from '../../../src/shared/workspace/layouts';

const folders = (...paths: string[]) => paths.map((path) => path.split('/'));

/** Where images in these folders come to lie: part and class. */
function placed(paths: string[], wish: SplitWish = {}) {
  const { reading, doubt } = findReading(folders(...paths), wish);
  const places = folders(...paths).map((steps) => {
    const place = placeBy(reading, steps);
    return place === null ? 'out' : `${place.split} ${place.steps.join('/')}`.trim();
  });
  return { places, doubt: doubt?.why ?? null };
}

describe('names of parts', () => {
  it.each([
    ['train', 'train'],
    ['Training Set', 'train'],
    ['train_2', 'train'],
    ['FER2013Train', 'train'],
    ['Trainingsdaten', 'train'],
    ['02-test', 'test'],
    ['val2017', 'test'],
    ['DEV', 'test'],
    ['eval_images', 'test'],
    ['hold-out', 'test'],
    ['privateTest', 'test'],
    ['Validación', 'test'],
    ['dev_class', 'test'],
  ])('%s is one of %s', (name, split) => {
    expect(splitOf(name)).toBe(split);
  });

  it.each(['trains', 'contest', 'happy', 'testimony', 'invalid', 'devil', 'set', '2019', 'traintest', '0'.repeat(90)])(
    '%s is none',
    (name) => {
      expect(splitOf(name)).toBeUndefined();
    },
  );

  it('takes no time over a name that is made to take long', () => {
    const begin = performance.now();
    expect(splitOf(`${'dataset'.repeat(35)}x`)).toBeUndefined();
    expect(splitOf(`${'data1set'.repeat(4)}x`)).toBeUndefined();
    expect(performance.now() - begin).toBeLessThan(200);
  });
});

describe('parts of a folder', () => {
  it.each<[string, string[], string[]]>([
    ['above classes', ['tr/a', 'train/a', 'dev/b'], ['out', 'train a', 'test b']],
    ['below classes', ['a/train', 'a/testing', 'b/train', 'c'], ['train a', 'test a', 'train b', 'train c']],
    [
      'beside classes',
      ['happy', 'sad', 'test/Happy', 'test/sad'],
      ['train happy', 'train sad', 'test Happy', 'test sad'],
    ],
    ['with a folder that tells nothing', ['train_set/images', 'val_set/images'], ['train', 'test']],
    ['with classes in such a folder', ['train/x/a', 'train/x/b', 'test/x/a'], ['train a', 'train b', 'test a']],
    ['a part alone', ['train/a', 'train/b'], ['train a', 'train b']],
    ['no parts', ['bus', 'train'], ['train bus', 'train train']],
    ['the opposite of invalid', ['invalid', 'valid'], ['train invalid', 'train valid']],
  ])('are found: %s', (_, paths, places) => {
    expect(placed(paths)).toEqual({ places, doubt: null });
  });

  it.each<[string, string[], RegExp]>([
    [
      'nothing to learn from',
      ['test/a', 'val/b'],
      /"test", "val" are named like parts to test on, and nothing is left/,
    ],
    ['a part among classes', ['happy', 'sad', 'test'], /"test" is named like a part of the images/],
    ['something to learn from among classes', ['bus', 'train/a', 'train/b'], /"train" is named like a part/],
  ])('are doubted: %s', (_, paths, doubt) => {
    expect(placed(paths).doubt).toMatch(doubt);
  });

  it('are what people say', () => {
    expect(placed(['a/x', 'b/x', 'c/x'], { train: ['a'], test: ['b'] }).places).toEqual(['train x', 'test x', 'out']);
    expect(placed(['x/a', 'x/b', 'y/a'], { test: ['b'] }).places).toEqual(['train x/a', 'test x', 'train y/a']);
    expect(placed(['test', 'val'], { splits: false })).toEqual({ places: ['train test', 'train val'], doubt: null });
  });

  it('are read as before in datasets of the first versions', () => {
    expect(plainReading(folders('dev/a', 'train/a'))).toEqual(noSplits);
    expect(plainReading(folders('val/a', 'train/a', 'x'))).toMatchObject({
      train: ['train'],
      test: ['val'],
      rest: 'out',
    });
  });
});
