/** Features that no training changes; their models are probes. */
export const fixedFeatureNames = ['random', 'hog', 'combined'] as const;
export type FixedFeatureName = (typeof fixedFeatureNames)[number];

/**
 * What the models of a benchmark's row look at: random weights that every model trains anew ("scratch"), random weights
 * as they are, HOG, the pre-trained encoder, or that and HOG side by side. Without pre-training first.
 */
export const featureNames = ['scratch', 'random', 'hog', 'pretrained', 'combined'] as const satisfies readonly (
  | 'scratch'
  | 'pretrained'
  | FixedFeatureName
)[];
export type FeatureName = (typeof featureNames)[number];

export const isFixed = (features: FeatureName): features is FixedFeatureName =>
  fixedFeatureNames.some((name) => name === features);

/** Those that need a pre-trained encoder. */
export const isPretrained = (features: FeatureName): boolean => features === 'pretrained' || features === 'combined';

/** Reports name fixed features; of the others they say only whether they are pre-trained. */
export interface FeatureFields {
  readonly pretrained: boolean;
  readonly features?: FixedFeatureName;
}

export const featuresOf = ({ pretrained, features }: FeatureFields): FeatureName =>
  features ?? (pretrained ? 'pretrained' : 'scratch');

export const featureFields = (features: FeatureName): FeatureFields => ({
  pretrained: isPretrained(features),
  ...(isFixed(features) ? { features } : {}),
});
