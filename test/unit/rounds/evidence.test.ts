import { describe, expect, it } from 'vitest';
import { readFeaturesFile, writeFeaturesFile } from '../../../src/engine/features/featuresFile';
import { silentJob } from '../../../src/engine/job';
import { matrix } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { reconsider } from '../../../src/engine/rounds/evidence';
import type { FeatureName } from '../../../src/shared/features';
import { importedFaces } from '../../support/importedFaces';

const CLASSES = ['a', 'b', 'c'];

/** A dataset that uses `faces` by guess, labels of its first images, and what encoders are made to tell of them. */
async function situation(labels: number, tells: Partial<Record<FeatureName, number>>, chosenBy: 'guess' | 'person') {
  const dataset = await importedFaces({ classes: CLASSES, train: 30, test: 0 });
  await writeFeaturesFile(dataset.directory, { use: 'faces', chosenBy, why: '' });
  const labelled = new Map(Array.from({ length: labels }, (_, i) => [i, i % 3] as const));
  const asked: string[] = [];
  const opener = {
    rivals: async () => ['general', 'hog'] as FeatureName[],
    // more numbers than images, one of which tells the class as loudly as it is made to
    rowsOfSome: async (name: FeatureName, indices: Int32Array) => {
      asked.push(name);
      const random = Random.stream(name.length, 'split');
      const data = Float32Array.from({ length: indices.length * 200 }, () => random.normal());
      indices.forEach((image, i) => {
        data[i * 200 + (labelled.get(image) ?? 0)]! += tells[name] ?? 0;
      });
      return { rows: matrix(indices.length, 200, data), frozen: name !== 'hog' };
    },
  };
  return { asked, reconsidered: await reconsider(dataset, opener, labelled, silentJob), dataset };
}

describe('reconsider', () => {
  it('takes the encoder of the smallest log-loss where it is clearly smaller than that of the guess, and writes it down', async () => {
    const { reconsidered, dataset } = await situation(60, { faces: 3, hog: 14, general: 3 }, 'guess');
    expect(reconsidered?.use).toBe('hog');
    expect(reconsidered?.why).toMatch(
      /^on 60 labels its cross-validated log-loss is 0\.\d\d, that of faces [01]\.\d\d$/,
    );
    expect(await readFeaturesFile(dataset.directory)).toEqual({
      schema: 1,
      use: 'hog',
      chosenBy: 'evidence',
      why: reconsidered!.why,
    });
  });

  it('stays with the guess where the others are no better, or hardly', async () => {
    const { reconsidered, dataset } = await situation(60, { faces: 8, hog: 8, general: 1 }, 'guess');
    expect(reconsidered).toBeNull();
    expect(await readFeaturesFile(dataset.directory)).toMatchObject({ use: 'faces', chosenBy: 'guess' });
  });

  it('looks at nothing where a person chose, or where labels are few', async () => {
    for (const [labels, who] of [
      [60, 'person'],
      [39, 'guess'],
    ] as const) {
      const { asked, reconsidered } = await situation(labels, { hog: 14 }, who);
      expect([asked, reconsidered]).toEqual([[], null]);
    }
  });
});
