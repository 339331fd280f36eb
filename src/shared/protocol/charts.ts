import type { ChartView, CurveSources } from '../chart/budgetChart';
import type { DatasetAddress } from './engine';

/** A file that can't be drawn; the rest is. */
export interface ChartProblem {
  readonly file: string;
  /** Where it lies in the dataset's folder. */
  readonly place: string;
  /** A sentence: what is wrong and what to do. */
  readonly message: string;
}

/** All that the page of charts shows: always the whole. */
export interface ChartsState extends CurveSources {
  readonly address: DatasetAddress;
  /** The benchmark that the page was opened on; null for the user's own run. */
  readonly benchmark: string | null;
  /** False when dataset.json is gone: then there is nothing to come back to. */
  readonly exists: boolean;
  readonly problems: readonly ChartProblem[];
  readonly texts: ChartTexts;
}

/** What the page keeps for itself over a reload of the window. */
export interface KeptCharts {
  readonly address: DatasetAddress;
  readonly benchmark: string | null;
  readonly view: ChartView | null;
  readonly table: boolean;
}

export type ExportFormat = 'svg' | 'png' | 'csv' | 'md' | 'tex';

/** What the page asks for; each fails with a sentence. */
export interface ChartMethods {
  /** Trains and asks for the next batch. */
  runRound: { params: Record<string, never>; result: null };
  /** Compares strategies on this dataset. */
  runBenchmark: { params: Record<string, never>; result: null };
  /** Opens a damaged file as text. */
  openFile: { params: { file: string }; result: null };
  /** Puts a text into the clipboard. */
  copy: { params: { text: string }; result: null };
  /** Opens the report of the benchmark that the page was opened on. */
  openReport: { params: Record<string, never>; result: null };
  /** Asks for a place and writes there. `name`: proposed, without extension. `file` is null when that was cancelled. */
  export: {
    params: { format: ExportFormat; name: string; content: string | Uint8Array };
    result: { file: string | null };
  };
}

/** Texts of the page in the user's language; {0} … are filled in by the page. */
export interface ChartTexts {
  readonly metric: string;
  readonly allClasses: string;
  /** {0}: a class. */
  readonly classRecall: string;
  readonly curve: string;
  readonly axis: string;
  readonly axisAuto: string;
  readonly axisLinear: string;
  readonly axisLog: string;
  readonly showTable: string;
  readonly showChart: string;
  readonly export: string;
  readonly exportPicture: string;
  readonly exportTable: string;
  readonly exportColours: string;
  readonly coloursShown: string;
  readonly coloursLight: string;
  readonly coloursDark: string;
  readonly coloursTransparent: string;
  readonly exportWidth: string;
  readonly widthScreen: string;
  readonly widthSingle: string;
  readonly widthDouble: string;
  readonly saveAs: string;
  readonly copyAs: string;
  readonly copied: string;
  readonly openReport: string;
  readonly sources: string;
  readonly run: string;
  /** {0}: a benchmark. */
  readonly benchmark: string;
  /** What the values in the legend are. {0}: "35 labels (5 % of the pool)". */
  readonly at: string;
  readonly atEnd: string;
  readonly showAll: string;
  /** Of one group in the legend. */
  readonly hideGroup: string;
  readonly showGroup: string;
  readonly locked: string;
  /** Read out for the chart: what the keys do. */
  readonly keys: string;
  readonly chart: string;
  /** {0}: a curve. */
  readonly shown: string;
  readonly hidden: string;
  /** {0}: a file. */
  readonly exported: string;
  readonly openFile: string;
  readonly noResults: string;
  readonly emptyTitle: string;
  readonly emptyRun: string;
  readonly emptyTrained: string;
  readonly emptyBenchmark: string;
  readonly emptyGone: string;
  readonly emptyChoice: string;
  readonly runRound: string;
  readonly runBenchmark: string;
}
