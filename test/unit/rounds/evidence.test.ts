import { describe, expect, it } from 'vitest';
import { readFeaturesFile, writeFeaturesFile } from '../../../src/engine/features/featuresFile';
import { silentJob } from '../../../src/engine/job';
import { matrix } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { compareByLabels, labelsAgainstGuess } from '../../../src/engine/rounds/evidence';
import type { FeatureName } from '../../../src/shared/features';
import { importedFaces } from '../../support/importedFaces';

const CLASSES = ['happy', 'neutral', 'sad'];
const COLUMNS = 200;

/** What an encoder is made to tell of an image: how loudly one number tells the class, beside others that are noise. */
interface Telling {
  readonly loudness?: number;
  /** Rows of so many times the length, so that probes are surer of themselves. */
  readonly length?: number;
  readonly frozen?: boolean;
}

/** A dataset that uses `faces` by guess, labels of its first images, and encoders that tell of them what they are made to. */
async function situation(
  labels: number,
  tells: Partial<Record<FeatureName, Telling>>,
  chosenBy: 'guess' | 'person' = 'guess',
  seed = 0,
) {
  const dataset = await importedFaces({ classes: CLASSES, train: 60, test: 0 });
  await writeFeaturesFile(dataset.directory, { use: 'faces', chosenBy, why: '' });
  const labelled = new Map(Array.from({ length: labels }, (_, i) => [i, i % 3] as const));
  const asked: string[] = [];
  const opener = {
    rivals: () => ['general', 'hog'] as FeatureName[],
    rowsOfSome: async (name: FeatureName, indices: Int32Array) => {
      asked.push(name);
      const { loudness = 0, length = 1, frozen = name !== 'hog' } = tells[name] ?? {};
      const random = Random.stream(seed, name);
      const data = Float32Array.from({ length: indices.length * COLUMNS }, () => length * random.normal());
      indices.forEach((image, i) => {
        data[i * COLUMNS + (labelled.get(image) ?? 0)]! += length * loudness;
      });
      return { rows: matrix(indices.length, COLUMNS, data), frozen };
    },
  };
  const compare = (before: FeatureName, after: FeatureName) =>
    compareByLabels(dataset, opener, { before, after }, labelled, silentJob);
  return { asked, said: await labelsAgainstGuess(dataset, opener, labelled, silentJob), dataset, compare };
}

describe('labels against the guess', () => {
  it('speak for an encoder that tells more, with the figures of both, and change nothing themselves', async () => {
    const { said, dataset } = await situation(90, { faces: { loudness: 3 }, hog: { loudness: 14 } });
    expect(said?.use).toBe('hog');
    expect(said?.why).toMatch(
      /^cross-validated log-loss on the labels: hog 0\.\d\d and \d\d of 90 right, faces [01]\.\d\d and \d\d of 90 right$/,
    );
    expect(await readFeaturesFile(dataset.directory)).toMatchObject({ use: 'faces', chosenBy: 'guess' });
  });

  it.each([0, 1, 2, 3])(
    'say nothing where no encoder tells anything, however sure probes are of it (%i)',
    async (seed) => {
      const { said } = await situation(60, { faces: { length: 30 } }, 'guess', seed);
      expect(said).toBeNull();
    },
  );

  it.each([0, 1, 2])('say nothing for one that tells less and is only less sure of itself (%i)', async (seed) => {
    // the penalty of probes on HOG is heavier: they are less sure, and would win by log-loss as it is
    const tells = { faces: { loudness: 5, frozen: true }, hog: { loudness: 3.5 }, general: { loudness: 1 } };
    expect((await situation(90, tells, 'guess', seed)).said).toBeNull();
  });

  it('say nothing for one that is as good', async () => {
    expect((await situation(90, { faces: { loudness: 8 }, hog: { loudness: 8 } })).said).toBeNull();
  });

  it('are not looked at where a person chose, or where they are few', async () => {
    for (const [labels, who] of [
      [90, 'person'],
      [39, 'guess'],
    ] as const) {
      const { asked, said } = await situation(labels, { hog: { loudness: 14 } }, who);
      expect([asked, said]).toEqual([[], null]);
    }
  });
});

describe('labels compare what rounds looked at with what they might', () => {
  it('by accuracy and log-loss on what a probe has not seen, and say where the second is clearly worse', async () => {
    const { compare } = await situation(90, { faces: { loudness: 3 }, continued: { loudness: 14 } });
    const better = await compare('faces', 'continued');
    expect(better).toMatchObject({ labels: 90, isWorse: false });
    expect(better!.after.accuracy).toBeGreaterThan(better!.before.accuracy + 0.1);
    expect(better!.after.loss).toBeLessThan(better!.before.loss);
    expect(await compare('continued', 'faces')).toEqual({
      labels: 90,
      before: better!.after,
      after: better!.before,
      isWorse: true,
    });
  });

  it('not where they are few, or of one class', async () => {
    const { compare } = await situation(39, {});
    expect(await compare('faces', 'continued')).toBeNull();
    const { dataset } = await situation(60, {});
    const ofOne = new Map(Array.from({ length: 60 }, (_, i) => [i, 1] as const));
    const rowsOfSome = () => Promise.reject(new Error('not to be asked for'));
    const both = { before: 'faces', after: 'continued' } as const;
    expect(await compareByLabels(dataset, { rowsOfSome }, both, ofOne, silentJob)).toBeNull();
  });
});
