import type { LearnerChoice, LearnerName } from '../../shared/learners';
import type { Policy, TeachingPolicy } from '../../shared/schema/policy';
import { encoderDigest } from '../features/digest';
import { type Encoder, earlyOf, hasFrozen, leadOf, probedOf } from '../features/encoder';
import type { Looks } from '../features/kinds';
import { trainableBlocks } from '../learner/blocks';

/**
 * From this many labels on, `auto` trains a pre-trained encoder, which is averaged with the probe; below, the probe alone takes
 * seconds. On FER13 the average is two points ahead at 350 labels already (docs/results.md), but whoever asks for the next images
 * would wait minutes for each batch.
 */
export const FINETUNE_FROM = 700;

/** How a training begins. */
export interface Start {
  readonly learner: LearnerName;
  readonly encoder: Encoder;
  /** What a probe looks at that is pooled with a trained network; absent: nothing is. */
  readonly beside?: Encoder;
}

/** Labels a class, on average, from which on they tell what several encoders are worth; before, the first of them is looked at alone, or what is better than it. */
const WEIGHED_FROM = 10;

/** Which learner a policy takes with so many labels, and from where. Features that stay as they are get a probe, whatever it says. */
export function startOf(
  { learner: choice }: Pick<TeachingPolicy, 'learner'>,
  looks: Looks,
  labelled: number,
  classCount: number,
): Start {
  const { network } = looks;
  const features = labelled < WEIGHED_FROM * classCount ? earlyOf(looks.features) : looks.features;
  const lead = leadOf(looks.features);
  if (choice === 'finetune' && trainableBlocks(lead)) return { learner: 'finetune', encoder: lead, beside: features };
  if (!network) return { learner: 'probe', encoder: features };
  const learner = choice === 'auto' ? automaticLearner(looks, labelled) : choice;
  if (learner === 'probe') return { learner, encoder: features };
  const pools = learner !== 'paper' && network.pretrained;
  return { learner, encoder: network, ...(pools ? { beside: features } : {}) };
}

/** The one rule of `auto`. What others trained on many images stays as it is. A network of random weights teaches a probe nothing, so that one is trained unless there is something else to look at. */
function automaticLearner({ features, network }: Looks, labelled: number): LearnerName {
  if (hasFrozen(features)) return 'probe';
  if (!network?.pretrained) return features === network ? 'finetune' : 'probe';
  return labelled >= FINETUNE_FROM ? 'finetune' : 'probe';
}

/** The encoder that a stored model started from; undefined when it is none of these. */
export const startWithDigest = ({ features, network }: Looks, digest: string): Encoder | undefined =>
  [...probedOf(features), network].find((encoder) => encoder && encoderDigest(encoder) === digest) ?? undefined;

/** What people's rounds do: the strategy chooses from the first image on. */
export const productPolicy = (
  strategy: string,
  options: Policy['options'],
  learner: LearnerChoice = 'auto',
): Policy => ({ ...productTeaching(learner), first: 'own', strategy, options });

/** What people's trainings do. */
export const productTeaching = (learner: LearnerChoice = 'auto'): TeachingPolicy => ({ features: 'product', learner });
