import * as z from 'zod';
import { protocolNames } from '../benchmarkProtocols';
import { pretrainedNames } from '../features';
import { count, digest, schemaVersion, share } from './common';
import { featureName } from './features';

/**
 * `benchmarks/<name>/report.json`: every cell of a benchmark (strategy × pre-training × seed) and what follows from
 * them. All metrics are shares between 0 and 1; times are seconds; null means that the figure is not defined (no
 * spread over one seed, no recall of a class without test images) and never zero.
 */

/** Left out where `pretrained` says it: true is pretrained, false is scratch. */
const features = featureName.exactOptional();

const seconds = z.number().min(0);
const spread = z.number().min(0).nullable();

/** A model against the shares of the votes that people gave test images. */
const voteScoreSchema = z.strictObject({
  /** Test images that have votes. */
  images: z.int().min(1),
  /** Mean cross-entropy −Σ v ln p, in nats. */
  logLoss: z.number().min(0),
  /** Mean entropy of the votes: no model's `logLoss` can be below it. */
  entropy: z.number().min(0),
  /** Mean share of the votes for the predicted class. */
  agreement: share,
});
export type VoteScore = z.infer<typeof voteScoreSchema>;

/** Metrics of one model on the test split, after training on `labelled` images. */
export const benchmarkPointSchema = z.strictObject({
  labelled: count,
  accuracy: share,
  /** Mean over the classes of the harmonic mean of precision and recall. */
  macroF1: share,
  /** Mean over the classes of the recall ("balanced accuracy", UAR). */
  macroRecall: share,
  /** In the order of `dataset.classes`; null for a class that has no test images. */
  perClassRecall: z.array(share.nullable()),
  /** Expected calibration error. */
  ece: share,
  learner: z.string().min(1),
  epochs: count,
  /** Why training stopped. */
  stopped: z.string().min(1),
  /** Time to score the pool and pick the images that were added to reach `labelled`. */
  selectionSeconds: seconds,
  trainingSeconds: seconds,
  /** Labels of each class, in the order of `dataset.classes`, as the oracle gave them. Older files lack it. */
  labelledClasses: z.array(count).exactOptional(),
  /** Only where the benchmark was given votes. */
  votes: voteScoreSchema.exactOptional(),
});
export type BenchmarkPoint = z.infer<typeof benchmarkPointSchema>;

/** One run of the active-learning loop. Its points may still be incomplete while a benchmark runs. */
const benchmarkCellSchema = z.strictObject({
  strategy: z.string().min(1),
  pretrained: z.boolean(),
  features,
  seed: z.int(),
  points: z.array(benchmarkPointSchema),
});
export type BenchmarkCell = z.infer<typeof benchmarkCellSchema>;

/** Votes on the images that a benchmark was given. */
const benchmarkVotesSchema = z.strictObject({
  /** Name of the csv file. */
  file: z.string().min(1),
  digest,
  /** Whether the oracle's answers are drawn from them; otherwise they only score. */
  oracle: z.boolean(),
  /** Images of pool and test split that have votes. */
  train: count,
  test: count,
});

const namedRowSchema = z.strictObject({
  strategy: z.string().min(1),
  features: featureName,
  /** In charts, and in the sentence under them. */
  name: z.string().min(1),
});
/** A row of a benchmark under a name that says what it stands for. */
export type NamedRow = z.infer<typeof namedRowSchema>;

const benchmarkProtocolSchema = z.strictObject({
  /** Name of the protocol whose budgets and first labels these are. */
  name: z.enum(protocolNames).exactOptional(),
  /** Labels before the first query. */
  initial: count,
  /** Labels that every query adds; null when that differs from query to query. */
  budget: count.nullable(),
  /** Trainings in a cell, the one on the initial set included. */
  cycles: z.int().min(1),
  /** The numbers of labels at which a complete cell was measured, ascending: `cycles` of them, unless the pool ended. */
  budgets: z.array(count).min(1),
  strategies: z.array(z.string().min(1)).min(1),
  pretrained: z.enum(pretrainedNames),
  /** All that were compared, where `pretrained` does not say it. */
  features: z.array(featureName).min(1).exactOptional(),
  /** Where not every strategy ran on every kind of features: what ran, in the order of the report. */
  rows: z.array(namedRowSchema).min(1).exactOptional(),
  seeds: z.array(z.int()).min(1),
  /** Who picks the initial set: drawn at random (the same for every strategy of a seed), or the strategy itself. */
  first: z.enum(['random', 'strategy']),
  /** Not written any more: with `first` "strategy", rules that draw at random now always share their first draw. */
  sharedDraw: z.literal(true).exactOptional(),
  votes: benchmarkVotesSchema.exactOptional(),
  learner: z.string().min(1),
  /** Name of the pre-trained encoder, or null when no cell uses one. */
  encoder: z.string().nullable(),
  device: z.string(),
});
export type BenchmarkProtocol = z.infer<typeof benchmarkProtocolSchema>;

/** Mean of paired differences over the seeds that both sides have completed, with its 95 % confidence interval. */
const pairedDifferenceSchema = z.strictObject({
  mean: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Pairs, that is seeds. */
  n: z.int().min(1),
  /** In how many of the pairs the difference is above 0. */
  wins: count,
  /** How the interval was made; null when one pair allows none. */
  interval: z.enum(['student-t', 'bootstrap']).nullable(),
  /** The percentile bootstrap interval, also where `low` and `high` are Student's; null for one pair. */
  bootstrap: z.strictObject({ low: z.number(), high: z.number() }).nullable().exactOptional(),
});
export type PairedDifference = z.infer<typeof pairedDifferenceSchema>;

/** Two-sided paired sign-flip test of the AUBC differences to random on the same features. */
const signFlipSchema = z.strictObject({
  p: share,
  /** Corrected by Holm for the strategies that were compared on the same features. */
  holm: share,
  /** Pairs, that is seeds. */
  n: z.int().min(1),
  /** All patterns of signs were counted; otherwise they were sampled. */
  exact: z.boolean(),
  /** The smallest p that so many seeds can give. */
  smallest: share,
});

/** How often strategies beat each other, and how near each comes to the best. */
const comparisonSchema = z.strictObject({
  pretrained: z.boolean(),
  features,
  /** Order of the rows and columns below. */
  strategies: z.array(z.string().min(1)),
  /** The numbers of labels compared at; the initial set is left out where all strategies share it. */
  budgets: z.array(count),
  penalty: z.strictObject({
    /** wins[i][j]: share of the budgets at which i beats j by a paired t test at 5 %; null where none could be tested. */
    wins: z.array(z.array(share.nullable())),
    /** Mean of column j over the other strategies: lower is better. */
    penalty: z.array(share.nullable()),
  }),
  /** Dolan-Moré profile of the error (1 − accuracy); null when no seed has all strategies. */
  profile: z
    .strictObject({
      /** Pairs of seed and budget that all strategies have. */
      problems: z.int().min(1),
      /** Factors to the smallest error, ascending from 1. */
      taus: z.array(z.number().min(1)),
      /** shares[i][t]: share of the problems in which strategy i is within taus[t] of the best. */
      shares: z.array(z.array(share)),
      /** Mean of a strategy's shares. */
      area: z.array(share),
    })
    .nullable(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** The seeds' mean at one number of labels. */
const summaryPointSchema = z.strictObject({
  labelled: count,
  n: z.int().min(1),
  meanAccuracy: share,
  sdAccuracy: spread,
  meanMacroF1: share,
  sdMacroF1: spread,
  meanMacroRecall: share,
  sdMacroRecall: spread,
  meanEce: share,
  sdEce: spread,
  meanPerClassRecall: z.array(share.nullable()),
  meanSelectionSeconds: seconds,
  meanTrainingSeconds: seconds,
  /** Classes that have a label; null when a cell does not know. */
  meanClassesFound: z.number().min(0).nullable().exactOptional(),
  /** Means of the cells' scores against votes. */
  votes: z.strictObject({ meanLogLoss: z.number().min(0), meanAgreement: share }).exactOptional(),
});
export type SummaryPoint = z.infer<typeof summaryPointSchema>;

/** One row of the benchmark: a strategy on one kind of features. */
const benchmarkSummarySchema = z.strictObject({
  strategy: z.string().min(1),
  pretrained: z.boolean(),
  features,
  /** Seeds whose cell has all budgets. Areas and differences use only these. */
  completeSeeds: z.array(z.int()),
  points: z.array(summaryPointSchema),
  /** Area under the accuracy curve over the budget axis, normalised to its length: an accuracy. */
  aubc: z.strictObject({ mean: share, sd: spread, n: z.int().min(1) }).nullable(),
  /** The same area under the curve of macro-F1. */
  aubcMacroF1: z
    .strictObject({ mean: share, sd: spread, n: z.int().min(1) })
    .nullable()
    .exactOptional(),
  /** AUBC minus that of random on the same features, paired by seed. */
  differenceToRandom: pairedDifferenceSchema.nullable(),
  /** Null for random itself, and without a common seed. */
  signFlip: signFlipSchema.nullable().exactOptional(),
  /** AUBC minus that of random trained from random weights (scratch), paired by seed. */
  differenceToBaseline: pairedDifferenceSchema.nullable(),
  /** Labels with which the mean curve reaches what random (same features) has at the last budget. */
  labelsToMatchRandom: z.number().min(0).nullable(),
});
export type BenchmarkSummary = z.infer<typeof benchmarkSummarySchema>;

export const benchmarkReportSchema = z.strictObject({
  schema: schemaVersion,
  name: z.string().min(1),
  dataset: z.strictObject({
    name: z.string().min(1),
    digest,
    /** Images in the training split, which is the pool. */
    train: count,
    test: count,
    classes: z.array(z.string()),
  }),
  protocol: benchmarkProtocolSchema,
  cells: z.array(benchmarkCellSchema),
  summary: z.array(benchmarkSummarySchema),
  /** One for each kind of features. Older files lack it. */
  comparisons: z.array(comparisonSchema).exactOptional(),
  /** What could not be done as asked, each said once; for people. */
  notes: z.array(z.string()),
  /** The budget axis under which areas are taken, and on which the curve is drawn. */
  axis: z.enum(['linear', 'log']),
});
export type BenchmarkReport = z.infer<typeof benchmarkReportSchema>;
