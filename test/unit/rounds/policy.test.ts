import { describe, expect, it } from 'vitest';
import { builtInRecipe } from '../../../src/engine/encoders/builtIn';
import { combinedWithHog, weighed } from '../../../src/engine/features/combined';
import { encoderDigest } from '../../../src/engine/features/digest';
import { createEncoder } from '../../../src/engine/features/encoder';
import { hog } from '../../../src/engine/features/hog';
import { FINETUNE_FROM, startOf, startWithDigest } from '../../../src/engine/rounds/policy';

const random = createEncoder('small', [1, 16, 16], 0);
const network = { ...random, pretrained: true };
const both = combinedWithHog(network);

describe('the rule of auto', () => {
  const auto = { learner: 'auto' } as const;

  it('looks at encoder and HOG with few labels, and trains the encoder with many', () => {
    const product = { features: both, network };
    for (const labels of [1, 100, FINETUNE_FROM - 1])
      expect(startOf(auto, product, labels, 7)).toEqual({ learner: 'probe', encoder: both });
    for (const labels of [FINETUNE_FROM, 10_000])
      expect(startOf(auto, product, labels, 7)).toEqual({
        learner: 'finetune',
        encoder: network,
        beside: both,
      });
  });

  it('is the same rule for the encoder alone', () => {
    const looks = { features: network, network };
    expect(startOf(auto, looks, FINETUNE_FROM - 1, 7).learner).toBe('probe');
    expect(startOf(auto, looks, FINETUNE_FROM, 7).learner).toBe('finetune');
  });

  it('never trains what stays as it is, whatever the learner', () => {
    for (const learner of ['auto', 'finetune', 'paper', 'probe'] as const)
      for (const features of [hog, both, random])
        expect(startOf({ learner }, { features, network: null }, 10_000, 7)).toEqual({
          learner: 'probe',
          encoder: features,
        });
  });

  it('pools what it fine-tunes with the probe on what rounds look at, and neither random weights nor the paper', () => {
    const together = weighed('combined', [network, hog]);
    const looks = { features: together, network };
    expect(startOf({ learner: 'finetune' }, looks, 70, 7).beside).toBe(together);
    expect(startOf({ learner: 'semiFinetune' }, looks, 70, 7)).toEqual({
      learner: 'semiFinetune',
      encoder: network,
      beside: together,
    });
    expect(startOf({ learner: 'finetune' }, looks, 69, 7).beside).toBe(network);
    expect(startOf({ learner: 'finetune' }, { features: together, network: random }, 700, 7).beside).toBeUndefined();
    expect(startOf({ learner: 'paper' }, looks, 700, 7).beside).toBeUndefined();
  });

  it('trains random weights at once, unless HOG is there to look at', () => {
    expect(startOf(auto, { features: random, network: random }, 1, 7).learner).toBe('finetune');
    for (const labels of [1, 10_000])
      expect(startOf(auto, { features: hog, network: random }, labels, 7)).toEqual({ learner: 'probe', encoder: hog });
  });

  it('gives way to a learner that was asked for', () => {
    const product = { features: both, network };
    expect(startOf({ learner: 'paper' }, product, 5, 7)).toEqual({ learner: 'paper', encoder: network });
    expect(startOf({ learner: 'probe' }, product, 10_000, 7)).toEqual({ learner: 'probe', encoder: both });
  });
});

describe('a built-in encoder', () => {
  const recipe = builtInRecipe('faces', []);
  const faces = { name: 'faces', pretrained: false, recipe, projection: null };
  const together = weighed('faces', [faces, hog]);

  it('has its last blocks fine-tuned where that is asked for, beside what a probe would look at', () => {
    for (const looks of [
      { features: together, network: random },
      { features: together, network: null },
    ]) {
      const early = startOf({ learner: 'finetune' }, looks, 69, 7);
      expect(early).toEqual({ learner: 'finetune', encoder: faces, beside: faces });
      const late = startOf({ learner: 'finetune' }, looks, 70, 7);
      expect(late).toEqual({ learner: 'finetune', encoder: faces, beside: together });
      expect(startOf({ learner: 'auto' }, looks, 10_000, 7)).toEqual({ learner: 'probe', encoder: together });
    }
  });
});

describe('encoders that labels weigh', () => {
  const together = weighed('combined', [network, hog]);

  it('are looked at from ten labels a class on, and before that the first of them', () => {
    const looks = { features: together, network: null };
    for (const labels of [1, 69])
      expect(startOf({ learner: 'auto' }, looks, labels, 7)).toEqual({ learner: 'probe', encoder: network });
    expect(startOf({ learner: 'auto' }, looks, 70, 7)).toEqual({ learner: 'probe', encoder: together });
  });

  it('may be looked at otherwise before that: the pre-trained encoder and HOG side by side', () => {
    const looks = { features: weighed('combined', [network, hog], both), network };
    expect(startOf({ learner: 'auto' }, looks, 69, 7).encoder).toBe(both);
    expect(startOf({ learner: 'auto' }, looks, 70, 7).encoder).toBe(looks.features);
    expect(startWithDigest(looks, encoderDigest(both))).toBe(both);
    expect(encoderDigest(looks.features)).toBe(encoderDigest(together));
  });

  it('are known by their digests, and so is the first', () => {
    const looks = { features: together, network: null };
    expect(startWithDigest(looks, encoderDigest(together))).toBe(together);
    expect(startWithDigest(looks, encoderDigest(network))).toBe(network);
    expect(encoderDigest(together)).not.toBe(encoderDigest(both));
  });
});

describe('startWithDigest', () => {
  it('finds what a stored model started from', () => {
    const looks = { features: both, network };
    expect(startWithDigest(looks, encoderDigest(both))).toBe(both);
    expect(startWithDigest(looks, encoderDigest(network))).toBe(network);
    expect(startWithDigest({ features: hog, network: null }, encoderDigest(network))).toBeUndefined();
  });
});
