import { Random } from '../engine/numeric/random';
import { DEFAULT_LOOK, type LookName } from '../shared/sampleLooks';
import type { ActionUnits } from './actionUnits';
import { type Expression, expressionUnits } from './expressions';
import { type Identity, sampleIdentity } from './identity';
import { sampleSituation } from './looks';
import { expressionOf } from './quota';
import type { Situation } from './situation';

/** Everything that a synthetic face is drawn from. */
export interface FaceParameters extends Situation {
  readonly expression: Expression;
  /** Strength of the expression, 0.5 (subtle) … 1. */
  readonly intensity: number;
  readonly units: ActionUnits;
  readonly identity: Identity;
}

/** What may be asked of a face. */
interface Wishes {
  /** By default the quota's (see quota.ts). */
  readonly expression?: Expression;
  /** 'photographs' unless said otherwise. */
  readonly look?: LookName;
}

/**
 * Face `index` under a seed: depends on these two numbers and the wishes alone, never on how many faces are made.
 * Person, pose, light and camera are independent of the expression, and the person of the look.
 */
export function sampleFace(seed: number, index: number, wishes: Wishes = {}): FaceParameters {
  const { expression = expressionOf(seed, index), look = DEFAULT_LOOK } = wishes;
  const stream = (name: string): Random => Random.stream(seed, `sample/${index}/${name}`);
  return {
    expression,
    ...expressionUnits(expression, stream('expression')),
    identity: sampleIdentity(stream('identity')),
    ...sampleSituation(look, stream('situation')),
  };
}
