import type { Random } from '../engine/numeric/random';
import type { LookName } from '../shared/sampleLooks';
import { photographs } from './photographs';
import type { Situation } from './situation';
import { studio } from './studio';

const looks: Readonly<Record<LookName, (random: Random) => Situation>> = { photographs, studio };

/** Draws everything about a picture but the person in it. */
export const sampleSituation = (look: LookName, random: Random): Situation => looks[look](random);
