import * as z from 'zod';
import { type FeatureName, featurePattern, isFeatureName, isRoundFeature } from '../features';
import { schemaVersion } from './common';

/** What models look at, by name: one kind, or several joined by `+`. */
export const featureName = z
  .string()
  .regex(featurePattern, 'expected the name of a kind of features, or several joined by +')
  .refine(isFeatureName, 'expected each kind of features once') as unknown as z.ZodType<FeatureName>;

/** `features.json`: which encoder a dataset uses. Without it, HOG, and the pre-trained encoder with HOG once there is one. */
export const featuresFile = z.strictObject({
  schema: schemaVersion,
  use: featureName.refine(isRoundFeature, 'expected an encoder, not what stands for rounds themselves'),
  /** Who chose: a guess at import, or a person. */
  chosenBy: z.enum(['guess', 'person']),
  /** What a guess stands on; empty where a person chose. */
  why: z.string(),
  /** Whether encoders and HOG look at every image's mirrored view too; absent: where no class is named after a side. */
  mirrored: z.boolean().exactOptional(),
});
export type FeaturesFile = z.infer<typeof featuresFile>;
