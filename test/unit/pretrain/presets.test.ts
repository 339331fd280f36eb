import { describe, expect, it } from 'vitest';
import { fitToImages, formerOptions, pretrainOptions } from '../../../src/engine/pretrain/presets';
import { digestOf } from '../../../src/engine/store/digest';

describe('the batch of the quick preset', () => {
  const batchFor = (images: number) => fitToImages(pretrainOptions('quick'), images).batch;

  it('is small, for few images and for many', () => {
    expect([28_709, 6_999, 1_728].map(batchFor)).toEqual([64, 64, 64]);
  });

  it('is halved until an epoch holds enough steps, but not without end', () => {
    expect([1_727, 900, 10].map(batchFor)).toEqual([32, 32, 32]);
  });

  it('takes the learning rate along by its root', () => {
    expect(fitToImages(pretrainOptions('quick'), 6_999).learningRate).toBe(0.15);
    expect(fitToImages(pretrainOptions('quick'), 900).learningRate).toBeCloseTo(0.15 / Math.SQRT2, 12);
  });

  it('is read over nine places of the last map, that of the paper preset over the whole', () => {
    expect([pretrainOptions('quick').grid, pretrainOptions('paper').grid]).toEqual([3, 1]);
    expect(pretrainOptions('quick', { grid: 2 }).grid).toBe(2);
  });

  it('of the paper preset is never changed, nor are its views smaller than the images', () => {
    expect(fitToImages(pretrainOptions('paper'), 2_000)).toEqual(pretrainOptions('paper'));
    expect(pretrainOptions('paper')).not.toHaveProperty('viewScale');
  });
});

describe('the former settings of the quick preset', () => {
  it('have the digests by which earlier versions know their unfinished runs', () => {
    const digest = (images: number) => digestOf(formerOptions(fitToImages(pretrainOptions('quick'), images), images));
    expect([6_999, 4_000, 900].map(digest)).toEqual([
      'e95a10f17aa5f0c49653303e13ebd7cc6a47fa75777542972ce8c02ada74090e',
      '771cd1f24ce0d92a49350cf2d0786feaf9c42e611bca3fa71c8b5bb443016917',
      '6dff2d28db0cc8476596c8abe9c9d2b476a35a5ea8eea82d1f9f2b0d2485dbe6',
    ]);
  });

  it('keep the length that was asked for', () => {
    const asked = pretrainOptions('quick', { length: { epochs: 3 } });
    expect(digestOf(formerOptions(asked, 2_000))).toBe(
      '60fcc0c17fe5e11bb16734330c5ea4960a5861ab13d83c86b0f62f85f10ed5c2',
    );
  });
});
