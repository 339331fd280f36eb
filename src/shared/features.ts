/**
 * What the models of a row look at, as people read it; one row a kind, in the order of reports. How a kind is opened
 * stands in `src/engine/features/kinds.ts`: another kind is a row there and a row here.
 */
interface KindOfFeatures {
  /** As a list to choose from names it. */
  readonly title: string;
  /** Beside the title: what it costs or shows. */
  readonly hint: string;
  /** What it is, after "rows on … are": "histograms of oriented gradients (HOG)"; null where `learner` tells it all. */
  readonly what: string | null;
  /** Whether it needs a pre-trained encoder. */
  readonly pretrained: boolean;
  /** Features that no training changes: their models are probes, whatever the learner. */
  readonly fixed: boolean;
  /** Nothing but random weights, so that a probe sees the same as on other such kinds. */
  readonly randomWeights: boolean;
  /** Reports and cells write the name; of the two that they don't name, `pretrained` tells which it is. */
  readonly named: boolean;
  /** Answer to "pre-training?" in a table. */
  readonly pretraining: string;
  /** After a strategy's name, in a sentence. */
  readonly phrase: string;
  /** After a strategy's name, in a chart; null where pre-training or its lack is drawn. */
  readonly short: string | null;
  /** Part of the name of its performance profile's file. */
  readonly file: string;
  /** In the command line's help. */
  readonly help: string;
}

const kinds = {
  product: {
    title: 'What rounds do',
    hint: 'the default of Run Active Round: what people get',
    what: 'what a round looks at by default: the pre-trained encoder and HOG side by side, with few labels as a probe, with many by training the encoder',
    pretrained: true,
    fixed: false,
    randomWeights: false,
    named: true,
    pretraining: 'yes, as rounds do (product)',
    phrase: 'as rounds do it',
    short: 'as rounds do',
    file: 'product',
    help: 'product (what a round does by default)',
  },
  scratch: {
    title: 'Random weights',
    hint: 'every model is trained from nothing; slow',
    what: null,
    pretrained: false,
    fixed: false,
    randomWeights: true,
    named: false,
    pretraining: 'no',
    phrase: 'without pre-training',
    short: null,
    file: 'not-pretrained',
    help: 'scratch (no: random weights, trained anew each time)',
  },
  random: {
    title: 'Random features',
    hint: 'fixed features of an untrained network, to compare with',
    what: "the encoder's random weights, left as they are (random features)",
    pretrained: false,
    fixed: true,
    randomWeights: true,
    named: true,
    pretraining: 'no (random features)',
    phrase: 'on random features',
    short: 'random features',
    file: 'random-features',
    help: 'random (random weights as they are)',
  },
  hog: {
    title: 'HOG features',
    hint: 'fixed features, no pre-training; the quickest',
    what: 'histograms of oriented gradients (HOG)',
    pretrained: false,
    fixed: true,
    randomWeights: false,
    named: true,
    pretraining: 'no (HOG features)',
    phrase: 'on HOG features',
    short: 'HOG',
    file: 'hog',
    help: 'hog',
  },
  pretrained: {
    title: 'Pre-trained encoder',
    hint: 'shows, beside random weights, what pre-training brings',
    what: null,
    pretrained: true,
    fixed: false,
    randomWeights: false,
    named: false,
    pretraining: 'yes',
    phrase: 'with pre-training',
    short: null,
    file: 'pretrained',
    help: 'pretrained (yes)',
  },
  combined: {
    title: 'Pre-trained encoder with HOG',
    hint: 'what rounds look at with few labels; nothing is trained but probes',
    what: 'the pre-trained encoder and HOG side by side, each of length 1 (combined features)',
    pretrained: true,
    fixed: true,
    randomWeights: false,
    named: true,
    pretraining: 'yes, with HOG (combined features)',
    phrase: 'on combined features',
    short: 'combined',
    file: 'combined',
    help: 'combined (pre-trained and HOG)',
  },
} as const satisfies Readonly<Record<string, KindOfFeatures>>;

export type FeatureName = keyof typeof kinds;
export const featureKinds: Readonly<Record<FeatureName, KindOfFeatures>> = kinds;
export const featureNames = Object.keys(kinds) as readonly FeatureName[];

/** Those that stay as they are. */
export const fixedFeatures = featureNames.filter((name) => kinds[name].fixed);

/** Those that reports write by name. */
type NamedFeature = { [K in FeatureName]: (typeof kinds)[K]['named'] extends true ? K : never }[FeatureName];
export const namedFeatures = featureNames.filter((name): name is NamedFeature => kinds[name].named);

/** What a comparison with and without pre-training looks at, in short. */
export const pretrainedChoices = {
  yes: ['pretrained'],
  no: ['scratch'],
  both: ['scratch', 'pretrained'],
} as const satisfies Readonly<Record<string, readonly FeatureName[]>>;
export type PretrainedChoice = keyof typeof pretrainedChoices;
export const pretrainedNames = Object.keys(pretrainedChoices) as readonly PretrainedChoice[];

/** How a file names features: by name, or by whether they are pre-trained. */
export interface FeatureFields {
  readonly pretrained: boolean;
  readonly features?: NamedFeature;
}

export const featuresOf = ({ pretrained, features }: FeatureFields): FeatureName =>
  features ?? (pretrained ? 'pretrained' : 'scratch');

export const featureFields = (features: FeatureName): FeatureFields => ({
  pretrained: kinds[features].pretrained,
  ...(isNamed(features) ? { features } : {}),
});

const isNamed = (features: FeatureName): features is NamedFeature => namedFeatures.some((name) => name === features);
