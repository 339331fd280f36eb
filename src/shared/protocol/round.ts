import type { RoundFigures } from '../roundFigures';
import type { ChartProblem } from './charts';
import type { DatasetAddress } from './engine';
import type { Computed } from './gallery';

/** What the page of a round and the extension say to each other (see `protocol/page.ts`). */

/** A label with which the others disagree. */
export interface ShownSuspicion {
  readonly image: string;
  readonly label: string;
  /** What a model that has not seen the label says, and how sure it is. */
  readonly expected: string;
  readonly probability: number;
  /** Address of a small picture; null where it can't be shown. */
  readonly uri: string | null;
}

/** All that the page shows: always the whole. */
export interface RoundPageState {
  readonly address: DatasetAddress;
  /** False when dataset.json is gone. */
  readonly exists: boolean;
  /** Rounds that have results, ascending. */
  readonly rounds: readonly number[];
  /** The one that was chosen; null: the newest, whichever it is. */
  readonly round: number | null;
  /** Null where nothing was trained, or the round's file is damaged. */
  readonly figures: RoundFigures | null;
  /** Whether it was measured on other images, or with other classes, than the dataset has now. */
  readonly older: boolean;
  readonly suspicious: Computed & { readonly labels: number; readonly list: readonly ShownSuspicion[] };
  readonly problems: readonly ChartProblem[];
  readonly texts: RoundTexts;
}

/** What the page keeps over a reload of the window. */
export interface KeptRound {
  readonly address: DatasetAddress;
  readonly round: number | null;
}

/** What the page asks for; each fails with a sentence. */
export interface RoundMethods {
  /** Shows another round; null: the newest. */
  show: { params: { round: number | null }; result: null };
  /** Opens the gallery on the images of a cell of the confusion matrix. `images`: how many there are. */
  openCell: { params: { round: number; label: string; predicted: string }; result: { images: number } };
  /** Opens the gallery on the suspicious labels, at one of them. */
  openSuspicious: { params: { image: string | null }; result: null };
  /** Looks for suspicious labels anew. */
  suspect: { params: Record<string, never>; result: null };
  /** Trains on the labels as they are now. */
  train: { params: Record<string, never>; result: null };
  /** Trains and asks for the next batch. */
  runRound: { params: Record<string, never>; result: null };
  /** Opens a damaged file as text. */
  openFile: { params: { file: string }; result: null };
}

/** Texts of the page in the user's language; {0} … are filled in by the page. */
export type RoundTexts = Readonly<Record<RoundText, string>>;
export type RoundText =
  | 'results'
  | 'round'
  | 'newest'
  | 'numbered'
  | 'trainedOn'
  | 'accuracy'
  | 'onTest'
  | 'onDrawn'
  | 'byFolds'
  | 'notMeasured'
  | 'older'
  | 'noLabel'
  | 'fewLabels'
  | 'matrix'
  | 'matrixHint'
  | 'matrixKeys'
  | 'cell'
  | 'cellOne'
  | 'cellRight'
  | 'classes'
  | 'class'
  | 'labels'
  | 'measured'
  | 'recall'
  | 'precision'
  | 'suspicious'
  | 'suspiciousHint'
  | 'suspiciousNone'
  | 'suspect'
  | 'suspecting'
  | 'showAll'
  | 'labelledAs'
  | 'othersSay'
  | 'noPicture'
  | 'emptyTitle'
  | 'empty'
  | 'gone'
  | 'runRound'
  | 'train'
  | 'openFile';
