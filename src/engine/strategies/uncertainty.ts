import * as z from 'zod';
import { row } from '../numeric/matrix';
import { optionsParser } from './options';
import { pickLargest } from './ranking';
import type { SelectionContext, Strategy } from './strategy';

interface Uncertainty {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** How uncertain one row of class probabilities is; larger is picked first. */
  score(probabilities: ArrayLike<number>): number;
  reason(probabilities: ArrayLike<number>, score: number, context: SelectionContext): string;
}

/** A strategy that takes the k images of largest score, each judged by its class probabilities alone. */
export function uncertaintyStrategy({ name, title, summary, score, reason }: Uncertainty): Strategy {
  return {
    name,
    title,
    summary,
    needs: ['probabilities'],
    parseOptions: optionsParser(name, z.strictObject({})),
    async select(context, k) {
      const probabilities = context.probabilities!;
      const scores = new Float64Array(context.poolSize);
      for (let i = 0; i < scores.length; i++) scores[i] = score(row(probabilities, i));
      return pickLargest(scores, k, (i) => reason(row(probabilities, i), scores[i], context));
    },
  };
}
