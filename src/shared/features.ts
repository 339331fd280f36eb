import { builtInEncoders } from './encoders';

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
  /** Whether it learnt from the dataset's own images, without labels: what must be made before (`madeBefore`). */
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
    what: 'what a round looks at by default: the encoder that the dataset uses and, weighed by the labels from ten per class on, HOG and the pre-trained encoder',
    pretrained: false,
    fixed: false,
    randomWeights: false,
    named: true,
    pretraining: 'as rounds do (product)',
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
    hint: 'beside random weights, shows how much pre-training helps',
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
    hint: 'both at equal length; nothing is trained but probes',
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
  faces: {
    title: builtInEncoders.faces.title,
    hint: builtInEncoders.faces.origin,
    what: `the built-in encoder for faces, ${builtInEncoders.faces.origin}`,
    pretrained: false,
    fixed: true,
    randomWeights: false,
    named: true,
    pretraining: 'no (built-in encoder for faces)',
    phrase: 'on the built-in encoder for faces',
    short: 'faces',
    file: 'faces',
    help: 'faces (built-in encoder)',
  },
  general: {
    title: builtInEncoders.general.title,
    hint: builtInEncoders.general.origin,
    what: `the built-in encoder for anything, ${builtInEncoders.general.origin}`,
    pretrained: false,
    fixed: true,
    randomWeights: false,
    named: true,
    pretraining: 'no (built-in encoder for anything)',
    phrase: 'on the built-in encoder for anything',
    short: 'general',
    file: 'general',
    help: 'general (built-in encoder)',
  },
  continued: {
    title: 'Built-in, Continued on Your Images',
    hint: 'a built-in encoder whose last blocks went on learning from your own images, without labels',
    what: "a built-in encoder whose last blocks went on learning from the dataset's own images, without labels (continued)",
    pretrained: true,
    fixed: true,
    randomWeights: false,
    named: true,
    pretraining: 'yes (built-in encoder, continued)',
    phrase: 'on the continued built-in encoder',
    short: 'continued',
    file: 'continued',
    help: 'continued (built-in encoder, gone on learning without labels)',
  },
} as const satisfies Readonly<Record<string, KindOfFeatures>>;

/** The kinds that the table knows. */
export type KindName = keyof typeof kinds;
/** An encoder that somebody added to a dataset, under the name that it was given. */
export type ExternalName = `external:${string}`;
/** One kind, or several side by side: `faces+hog`. */
export type FeatureName = KindName | ExternalName | `${KindName | ExternalName}+${string}`;

export const featureNames = Object.keys(kinds) as readonly KindName[];

const EXTERNAL = 'external:';
/** Name of an encoder as it was added: it stands in lists, between plus signs and in the name of a file. */
const EXTERNAL_NAME = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}._ -]{0,62}[\\p{L}\\p{N}])?';

/** What may stand side by side: rows that no training changes, and the pre-trained encoder as it is. */
const besides = featureNames.filter((name) => name === 'pretrained' || (kinds[name].fixed && name !== 'combined'));
const part = (names: readonly string[]) => `(?:${names.join('|')}|${EXTERNAL}${EXTERNAL_NAME})`;

/** Every name of features. */
export const featurePattern = new RegExp(`^(?:${part(featureNames)}|${part(besides)}(?:\\+${part(besides)})+)$`, 'u');

export const isExternalName = (name: string): boolean => new RegExp(`^${EXTERNAL_NAME}$`, 'u').test(name);

export const isFeatureName = (name: string): name is FeatureName =>
  featurePattern.test(name) && new Set(partsOf(name)).size === partsOf(name).length;

/** What pre-training must have made before anybody can look at it: the dataset's own encoder, a continued built-in one, or both. */
export const madeBefore = (name: FeatureName): { readonly own: boolean; readonly continued: boolean } => {
  const parts = partsOf(name);
  return {
    own: parts.some((part) => part === 'pretrained' || part === 'combined'),
    continued: parts.includes('continued'),
  };
};

/** Whether rounds can look at it: not at themselves, and not at what is trained from nothing each time. */
export const isRoundFeature = (name: FeatureName): boolean => name !== 'product' && name !== 'scratch';

/** The kinds that stand side by side; of a single one, it alone. */
export const partsOf = (name: string): (KindName | ExternalName)[] => name.split('+') as (KindName | ExternalName)[];

/** The name of an added encoder; null for other kinds. */
export const externalNameOf = (name: string): string | null =>
  name.startsWith(EXTERNAL) && !name.includes('+') ? name.slice(EXTERNAL.length) : null;

/** What people read of features by name. */
export function kindOf(name: FeatureName): KindOfFeatures {
  if (Object.hasOwn(kinds, name)) return kinds[name as KindName];
  const external = externalNameOf(name);
  return external === null ? sideBySide(partsOf(name)) : externalKind(external);
}

const externalKind = (name: string): KindOfFeatures => ({
  title: name,
  hint: 'an encoder of your own',
  what: `the encoder "${name}", brought by whoever ran this: it may have seen these images, and says nothing about pre-training without labels`,
  pretrained: false,
  fixed: true,
  randomWeights: false,
  named: true,
  pretraining: `no (own encoder ${name})`,
  phrase: `on the encoder ${name}`,
  short: name,
  file: `external-${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}`,
  help: `${EXTERNAL}${name}`,
});

function sideBySide(names: readonly (KindName | ExternalName)[]): KindOfFeatures {
  const parts = names.map((name) => ({ name, kind: kindOf(name) }));
  const short = parts.map(({ name, kind }) => kind.short ?? name).join(' + ');
  const whats = parts.map(({ name, kind }) => kind.what ?? (name === 'pretrained' ? 'the pre-trained encoder' : name));
  const pretrained = parts.some(({ kind }) => kind.pretrained);
  return {
    title: parts.map(({ kind }) => kind.title).join(' + '),
    hint: 'side by side',
    what: `${whats.join(' and ')}, side by side, each of length 1`,
    pretrained,
    fixed: true,
    randomWeights: false,
    named: true,
    pretraining: `${pretrained ? 'yes' : 'no'} (${short})`,
    phrase: `on ${short}`,
    short,
    file: parts.map(({ kind }) => kind.file).join('-'),
    help: names.join('+'),
  };
}

/** Each once, in the order of reports: as the table has them, then what it does not know. */
export function inReportOrder(names: readonly FeatureName[]): FeatureName[] {
  const place = (name: FeatureName) => {
    const at = featureNames.indexOf(name as KindName);
    return at < 0 ? featureNames.length : at;
  };
  return [...new Set(names)].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

/** Those that stay as they are. */
export const fixedFeatures = featureNames.filter((name) => kinds[name].fixed);

/** Whether reports write the name: of the two that they don't, `pretrained` tells which it is. */
export const isNamed = (features: FeatureName): boolean => kindOf(features).named;

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
  readonly features?: FeatureName;
}

export const featuresOf = ({ pretrained, features }: FeatureFields): FeatureName =>
  features ?? (pretrained ? 'pretrained' : 'scratch');

export const featureFields = (features: FeatureName): FeatureFields => ({
  pretrained: kindOf(features).pretrained,
  ...(isNamed(features) ? { features } : {}),
});
