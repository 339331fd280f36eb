import type { Uri } from 'vscode';
import type { DatasetRef } from '../shared/workspace/paths';

/** View types of the panels; package.json names them to have them restored. */
export const LABELLING_VIEW = 'warmstart.labelling';
export const CHARTS_VIEW = 'warmstart.charts';

/** The panels in which images are labelled. */
export interface LabellingPanels {
  /** Opens or shows the panel of a round, at the given image or where it was left. */
  open(ref: DatasetRef, round: number, image?: string): Promise<void>;
}

/** The panels that draw curves. */
export interface ChartPanels {
  /** Accuracy against labels of this dataset. */
  open(ref: DatasetRef): Promise<void>;
  openBenchmark(ref: DatasetRef, name: string): Promise<void>;
  /** The chart that a results or report file belongs to, whatever is in it. False for any other file. */
  openForFile(file: Uri): Promise<boolean>;
}
