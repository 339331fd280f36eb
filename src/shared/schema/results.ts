import * as z from 'zod';
import { count, digest, encoderStamp, schemaUpTo, share } from './common';
import { teachingPolicySchema } from './policy';

const perClass = z.array(share).readonly();

/** Metrics of one scoring run; arrays follow the class list of that time (`resultClasses`). */
export const metrics = z.strictObject({
  /** Images scored. */
  count,
  accuracy: share,
  macroF1: share,
  macroRecall: share,
  /** Null where the class has no image. */
  perClassRecall: z.array(share.nullable()).readonly(),
  perClassPrecision: perClass,
  perClassF1: perClass,
  /** [true class][predicted class] */
  confusion: z.array(z.array(count).readonly()).readonly(),
  /** Expected calibration error, 15 bins of equal width. */
  ece: share,
  logLoss: z.number().nonnegative(),
});

/**
 * How accuracy rose with the labels, where it is an estimate: with so many of them, all measured on the same `count` labelled images by
 * cross-validation. These are as hard as labels were chosen; the rise is what counts.
 */
const labelCurve = z.strictObject({
  count,
  points: z.array(z.strictObject({ labels: count, accuracy: share })).readonly(),
});
export type LabelCurve = z.infer<typeof labelCurve>;

/** `results/NNNN.json`: training on everything labelled up to round NNNN (0000: before the first round). */
export const resultsFile = z.strictObject({
  schema: schemaUpTo(3),
  round: count,
  /** What the training followed; results of schema 1 lack it. */
  policy: teachingPolicySchema.exactOptional(),
  learner: z.string().min(1),
  epochs: count,
  /** Why training stopped. */
  stopped: z.string().min(1),
  seed: z.int(),
  dataset: z.strictObject({ name: z.string().min(1), digest }),
  encoder: encoderStamp,
  /** Labelled images, and how many of each class. */
  labelled: count,
  /** How many of them are reviewed predictions; absent: none. */
  reviewed: count.exactOptional(),
  perClass: z.record(z.string(), count),
  /** The class list that was trained on; older results lack it. */
  classes: z.array(z.string()).readonly().exactOptional(),
  /** Of the labels that were trained on: the same labels need no second training. */
  labels: digest,
  /** Null when there was neither a test split nor enough labels for cross-validation. */
  metrics: metrics.nullable(),
  /** True when the metrics come from cross-validation on the labelled images, not from a test split. */
  estimate: z.boolean(),
  /** Absent where accuracy is no estimate, where labels are few, and in older results. */
  curve: labelCurve.exactOptional(),
  /** Set where the metrics come from a test set that was drawn at random: what its images are labelled as. */
  testSet: z.strictObject({ labels: digest }).exactOptional(),
  trainingSeconds: z.number().nonnegative(),
  /** The trained weights, relative to the dataset's folder. */
  model: z.string().min(1),
});
export type ResultsFile = z.infer<typeof resultsFile>;
