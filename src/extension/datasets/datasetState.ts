import type { ContinuedFile } from '../../shared/schema/continued';
import type { DatasetFile } from '../../shared/schema/dataset';
import type { EncoderFile } from '../../shared/schema/encoder';
import type { FeaturesFile } from '../../shared/schema/features';
import type { ResultsFile } from '../../shared/schema/results';
import type { DatasetRef } from '../../shared/workspace/paths';

/** A file of ours that can't be read as what it should be; the rest of the dataset stays usable. */
export interface FileProblem {
  readonly file: string;
  /** One sentence: what is wrong and what to do. */
  readonly message: string;
}

export interface RoundState {
  readonly round: number;
  readonly strategy: string;
  /** Whether its answers are a test set, which is measured on and never trained on. */
  readonly isTest: boolean;
  /** Images asked for, and how many of them have an answer (a label or a skip) of anybody. */
  readonly asked: number;
  readonly answered: number;
  /** Of these, images that were skipped and that nobody labelled. */
  readonly skipped: number;
  /** Of the images that everybody answers those with an answer: of anybody, and by person. */
  readonly everybody: { readonly answered: number; readonly by: Readonly<Record<string, number>> };
  /** Metrics after training on everything labelled up to this round; null before that. */
  readonly results: ResultsFile | null;
}

/** An encoder that somebody brought. */
export interface AddedEncoder {
  readonly name: string;
  /** Null where nobody said. */
  readonly trainedOn: string | null;
}

export interface BenchmarkState {
  readonly name: string;
  /** Absolute path of its report.json; null while the first cells run. */
  readonly report: string | null;
}

/** Why the newest figures are of before: labels that taught were changed, or those of a test set. */
export type Stale = 'labels' | 'testSet';

/** Everything that tree, commands and status show of a dataset, read from its files alone (no engine needed). */
export interface DatasetState {
  readonly ref: DatasetRef;
  readonly file: DatasetFile;
  /** Which encoder rounds look through; null where nobody has chosen. */
  readonly features: FeaturesFile | null;
  readonly addedEncoders: readonly AddedEncoder[];
  /** The pre-trained one. */
  readonly encoder: EncoderFile | null;
  /** When encoder.json was written, in milliseconds since 1970; null without an encoder. */
  readonly encoderWritten: number | null;
  /** A built-in one whose last blocks went on learning. */
  readonly continued: ContinuedFile | null;
  /** When continued.json was written. */
  readonly continuedWritten: number | null;
  /** Whether a built-in encoder's further learning was stopped, and can go on. */
  readonly continuingStopped: boolean;
  /** Whether an unfinished pre-training can go on. */
  readonly pretrainingStopped: boolean;
  readonly rounds: readonly RoundState[];
  /** Everything trained, by round, also before the first round (number 0). */
  readonly results: readonly ResultsFile[];
  /**
   * Images with a label on which all annotators agree, but those of a test set. Labels of test images count too: to tell them apart would need
   * the list of images, which is never read here.
   */
  readonly labelled: number;
  readonly conflicts: number;
  /** Why the newest results are of before; null where they are not. */
  readonly stale: Stale | null;
  readonly benchmarks: readonly BenchmarkState[];
  readonly problems: readonly FileProblem[];
}

/** A folder that should be a dataset, with a dataset.json that can't be used. */
export interface BrokenDataset {
  readonly ref: DatasetRef;
  readonly problem: FileProblem;
}

/** What stands in `warmstart/`: datasets, and folders that should be ones. */
export type DatasetListing = DatasetState | BrokenDataset;

export const isBroken = (listing: DatasetListing): listing is BrokenDataset => 'problem' in listing;

/** How many images of a round wait for this person: those that nobody has answered, and those that everybody answers. */
export const leftFor = ({ asked, answered, everybody }: RoundState, annotator: string): number =>
  asked - answered + everybody.answered - (Object.hasOwn(everybody.by, annotator) ? (everybody.by[annotator] ?? 0) : 0);

/** The earliest round that waits for this person's answers. */
export const openRound = (state: DatasetState, annotator: string): RoundState | undefined =>
  state.rounds.find((round) => leftFor(round, annotator) > 0);

/** The earliest of them whose answers make the next choice better. */
export const teachingRound = (state: DatasetState, annotator: string): RoundState | undefined =>
  state.rounds.find((round) => !round.isTest && leftFor(round, annotator) > 0);

/** What was measured last; null before the first training. */
export const latestResults = (state: DatasetState): ResultsFile | null => state.results.at(-1) ?? null;
