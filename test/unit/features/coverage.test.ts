import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { representationOf } from '../../../src/engine/features/cache';
import { combinedWithHog } from '../../../src/engine/features/combined';
import { coverageOf } from '../../../src/engine/features/coverage';
import { createEncoder } from '../../../src/engine/features/encoder';
import { silentJob } from '../../../src/engine/job';
import { type Matrix, row } from '../../../src/engine/numeric/matrix';
import { importedFaces } from '../../support/importedFaces';
import { SIDE } from '../../support/pictures';

const faces = () => importedFaces({ classes: ['happy', 'sad'], train: 12, test: 2 });
const encoder = (grid: number) => ({ ...createEncoder('small', [1, SIDE, SIDE], 0, grid), pretrained: true });
const product = (m: Matrix<Float32Array>, i: number, j: number) =>
  row(m, i).reduce((sum, value, d) => sum + value * row(m, j)[d]!, 0);

describe('rows in which coverage is measured', () => {
  it('are those that probes see where these are not wide', async () => {
    const dataset = await faces();
    const narrow = encoder(1);
    expect(await coverageOf(dataset, narrow, silentJob)).toBe(await representationOf(dataset, narrow, silentJob));
  });

  it('are reduced where they are wide, with all lengths and angles between training images', async () => {
    const dataset = await faces();
    for (const wide of [encoder(3), combinedWithHog(encoder(3))]) {
      const whole = await representationOf(dataset, wide, silentJob);
      const reduced = await coverageOf(dataset, wide, silentJob);
      expect(whole.columns).toBeGreaterThan(2_304 - 1);
      expect([reduced.rows, reduced.columns]).toEqual([28, 24]); // as many directions as training images
      for (const i of dataset.train)
        for (const j of dataset.train) {
          const expected = product(whole, i, j);
          expect(Math.abs(product(reduced, i, j) - expected)).toBeLessThan(1e-3 * Math.abs(expected));
        }
    }
  });

  it('are kept in the cache, and read from there by the next process', async () => {
    const dataset = await faces();
    const reduced = await coverageOf(dataset, encoder(3), silentJob);
    const files = await readdir(join(dataset.cache, 'features'));
    expect(files.filter((name) => name.endsWith('.npy'))).toHaveLength(2); // the network's rows, and these
    // another object of the same encoder remembers nothing
    const again = await coverageOf(dataset, encoder(3), silentJob);
    expect(again).not.toBe(reduced);
    expect(again.data).toEqual(reduced.data);
    expect(await readdir(join(dataset.cache, 'features'))).toEqual(files);
  });
});
