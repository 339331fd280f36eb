import { describe, expect, it } from 'vitest';
import { readFeaturesFile, writeFeaturesFile } from '../../../src/engine/features/featuresFile';
import { silentJob } from '../../../src/engine/job';
import { matrix } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { labelsAgainstGuess } from '../../../src/engine/rounds/evidence';
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
  return { asked, said: await labelsAgainstGuess(dataset, opener, labelled, silentJob), dataset };
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
