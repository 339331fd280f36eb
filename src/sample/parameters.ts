import { Random } from '../engine/numeric/random';
import type { ActionUnits } from './actionUnits';
import { type Expression, expressionUnits } from './expressions';
import { type Identity, sampleIdentity } from './identity';
import { expressionOf } from './quota';
import {
  type Camera,
  type Light,
  type Pose,
  type Scene,
  sampleCamera,
  sampleLight,
  samplePose,
  sampleScene,
} from './situation';

/** Everything that a synthetic face is drawn from. */
export interface FaceParameters {
  readonly expression: Expression;
  /** Strength of the expression, 0.5 (subtle) … 1. */
  readonly intensity: number;
  readonly units: ActionUnits;
  readonly identity: Identity;
  readonly pose: Pose;
  readonly light: Light;
  readonly scene: Scene;
  readonly camera: Camera;
}

/**
 * Face `index` under a seed: depends on these two numbers alone, never on how many faces are made. The expression comes
 * from the quota (see quota.ts) unless one is asked for. Person, pose, light and camera are independent of it.
 */
export function sampleFace(seed: number, index: number, expression = expressionOf(seed, index)): FaceParameters {
  const stream = (name: string): Random => Random.stream(seed, `sample/${index}/${name}`);
  const situation = stream('situation');
  return {
    expression,
    ...expressionUnits(expression, stream('expression')),
    identity: sampleIdentity(stream('identity')),
    pose: samplePose(situation),
    light: sampleLight(situation),
    scene: sampleScene(situation),
    camera: sampleCamera(situation),
  };
}
