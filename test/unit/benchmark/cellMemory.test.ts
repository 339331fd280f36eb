import { describe, expect, it } from 'vitest';
import { cellMemory, cellsThatFit } from '../../../src/engine/benchmark/cellMemory';
import { createEncoder } from '../../../src/engine/features/encoder';
import { hog } from '../../../src/engine/features/hog';
import { grantedMemory } from '../../../src/engine/granted';
import type { ImageShape } from '../../../src/shared/schema/dataset';

const grey: ImageShape = { channels: 1, width: 48, height: 48 };
const colour = (side: number): ImageShape => ({ channels: 3, width: side, height: side });

describe('memory of a cell', () => {
  it.each([
    // what a process was seen to take at most, in MB
    ['small', grey, 221],
    ['small', colour(96), 335],
    ['resnet18', grey, 1017],
    ['resnet18', colour(96), 2180],
    ['resnet18', colour(112), 2622],
  ] as const)('is estimated at no less than it takes, nor at far more: %s, %o', (name, shape, seen) => {
    const encoder = createEncoder(name, [shape.channels, shape.height, shape.width], 0);
    const estimate = cellMemory(encoder, shape, 200) / 2 ** 20;
    expect(estimate).toBeGreaterThan(seen);
    expect(estimate).toBeLessThan(1.5 * seen);
  });

  it('counts the features of the pool, also where nothing is trained', () => {
    const { dimensions } = hog.forImages(grey);
    const [few, many] = [1_000, 101_000].map((images) => cellMemory(hog, grey, images));
    expect(many - few).toBe(8 * 4 * dimensions * 100_000);
  });

  it('decides how many run at a time', () => {
    expect(cellsThatFit(1e9, 24e9, 8)).toBe(8);
    expect(cellsThatFit(3e9, 8e9, 8)).toBe(2);
    expect(cellsThatFit(3e9, 1e9, 8)).toBe(1);
    expect(grantedMemory()).toBeGreaterThan(2 ** 26);
  });
});
