import * as z from 'zod';
import { defineStrategy } from './define';
import { largest } from './picks';

/**
 * DeepFool active learning: the images that the smallest change found by DeepFool moves into another class; the score is
 * the squared length of that change, overshoot included, and the smallest is picked first. The change is one of pixels
 * (normalised as the network sees them) where the images' perturbations are given, and else one of features under the
 * linear head. Images that no change moves come last, with the largest number there is as their score.
 * Options: `maxIterations` (default 50), `overshoot` (default 0.02); the defaults are those of DeepFool's authors.
 * M. Ducoffe, F. Precioso, "Adversarial active learning for deep networks: a margin based approach", 2018.
 */
export const adversarialDeepFool = defineStrategy({
  name: 'adversarialDeepFool',
  title: 'Adversarial DeepFool',
  hint: 'picks what the smallest change turns into another class; takes minutes',
  about: 'the images that the smallest change turns into another class',
  source: 'Ducoffe & Precioso 2018',
  note: 'Takes minutes.',
  needs: ['perturbations'],
  options: z.strictObject({
    maxIterations: z.int().min(1).max(1000).default(50),
    overshoot: z.number().min(0).max(1).default(0.02),
  }),
  orders: (options) => ({ perturbations: options }),
  async select({ perturbations, className }, { k }) {
    const { squaredNorms, before, after } = perturbations;
    const order = largest(
      squaredNorms.map((norm) => 0 - norm),
      k,
    );
    return order.map((index) => {
      const from = className(before[index]);
      const to = className(after[index]);
      const moved = `a change of length ${Math.sqrt(squaredNorms[index]).toPrecision(2)} turns ${from} into ${to}`;
      return {
        index,
        score: Math.min(squaredNorms[index], Number.MAX_VALUE),
        reason: before[index] === after[index] ? `no change was found that turns ${from} into another class` : moved,
      };
    });
  },
});
