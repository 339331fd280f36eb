import * as z from 'zod';
import { linearPerturbations } from '../geometry/deepFool';
import { pacer } from '../pacer';
import { optionsParser } from './options';
import { className, largest } from './ranking';
import type { Strategy } from './strategy';

/** The options of `adversarialDeepFool`; the defaults are those of DeepFool's authors. */
export const parseDeepFoolOptions = optionsParser(
  'adversarialDeepFool',
  z.strictObject({
    maxIterations: z.int().min(1).max(1000).default(50),
    overshoot: z.number().min(0).max(1).default(0.02),
  }),
);

/**
 * DeepFool active learning: the images that the smallest change found by DeepFool moves into another class; the score is
 * the squared length of that change, overshoot included, and the smallest is picked first. The change is one of pixels
 * (normalised as the network sees them) where the images' perturbations are given, and else one of features under the
 * linear head. Images that no change moves come last, with the largest number there is as their score.
 * Options: `maxIterations` (default 50), `overshoot` (default 0.02).
 * M. Ducoffe, F. Precioso, "Adversarial active learning for deep networks: a margin based approach", 2018.
 */
export const adversarialDeepFool: Strategy = {
  name: 'adversarialDeepFool',
  title: 'Adversarial DeepFool',
  summary: 'Asks about the images that the smallest change turns into another class.',
  needs: ['perturbations'],
  parseOptions: parseDeepFoolOptions,
  async select(context, k, _random, job) {
    const { overshoot } = parseDeepFoolOptions(context.options);
    const step = pacer(job, 'Attacking images', context.poolSize, 'images');
    const found =
      context.perturbations ?? (await linearPerturbations(context.head!, context.features!, overshoot, step));
    const { squaredNorms, before, after } = found;
    const order = largest(
      squaredNorms.map((norm) => 0 - norm),
      k,
    );
    return order.map((index) => {
      const from = className(context, before[index]);
      const to = className(context, after[index]);
      const moved = `a change of length ${Math.sqrt(squaredNorms[index]).toPrecision(2)} turns ${from} into ${to}`;
      return {
        index,
        score: Math.min(squaredNorms[index], Number.MAX_VALUE),
        reason: before[index] === after[index] ? `no change was found that turns ${from} into another class` : moved,
      };
    });
  },
};
