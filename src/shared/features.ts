/** Features that no training changes; their models are probes. */
export const fixedFeatureNames = ['random', 'hog'] as const;
export type FixedFeatureName = (typeof fixedFeatureNames)[number];

/**
 * What the models of a benchmark's row look at: random weights that every model trains anew ("scratch"), random weights
 * as they are, HOG, or the pre-trained encoder.
 */
export const featureNames = ['scratch', ...fixedFeatureNames, 'pretrained'] as const;
export type FeatureName = (typeof featureNames)[number];

export const isFixed = (features: FeatureName): features is FixedFeatureName =>
  fixedFeatureNames.some((name) => name === features);

/** Reports name fixed features; of the others they say only whether they are pre-trained. */
export interface FeatureFields {
  readonly pretrained: boolean;
  readonly features?: FixedFeatureName;
}

export const featuresOf = ({ pretrained, features }: FeatureFields): FeatureName =>
  features ?? (pretrained ? 'pretrained' : 'scratch');

export const featureFields = (features: FeatureName): FeatureFields =>
  isFixed(features) ? { pretrained: false, features } : { pretrained: features === 'pretrained' };
