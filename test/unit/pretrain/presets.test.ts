import { describe, expect, it } from 'vitest';
import { fitToImages, pretrainOptions } from '../../../src/engine/pretrain/presets';

describe('the batch of the quick preset', () => {
  const batchFor = (images: number) => fitToImages(pretrainOptions('quick'), images).batch;

  it('stays as it is for the images of the reference runs and for more', () => {
    expect(batchFor(6_999)).toBe(256);
    expect(batchFor(28_709)).toBe(256);
  });

  it('is halved until an epoch holds enough steps, but not without end', () => {
    expect([4_000, 2_000, 900, 10].map(batchFor)).toEqual([128, 64, 32, 32]);
  });

  it('takes the learning rate along by its root', () => {
    expect(fitToImages(pretrainOptions('quick'), 6_999).learningRate).toBe(0.3);
    expect(fitToImages(pretrainOptions('quick'), 2_000).learningRate).toBeCloseTo(0.15, 12);
  });

  it('is read over nine places of the last map, that of the paper preset over the whole', () => {
    expect([pretrainOptions('quick').grid, pretrainOptions('paper').grid]).toEqual([3, 1]);
    expect(pretrainOptions('quick', { grid: 2 }).grid).toBe(2);
  });

  it('of the paper preset is never changed', () => {
    expect(fitToImages(pretrainOptions('paper'), 2_000)).toEqual(pretrainOptions('paper'));
  });
});
