import type { CellPlan } from './cell';
import type { KeptLabels } from './ownLabels';

/** One cell as a worker process gets it. */
export interface CellTask {
  readonly workspace: string;
  readonly dataset: string;
  /** Take test images out of the training split, for datasets without a test split. */
  readonly holdOut: boolean;
  /** The benchmark's folder. */
  readonly folder: string;
  readonly plan: CellPlan;
  /** Absolute path of the csv file with the votes whose digest is in the plan. */
  readonly votesFile?: string;
  /** Of labels that people gave, in the place of those that the layout tells. */
  readonly ownLabels?: KeptLabels;
}

/** What its process tells of a cell while it runs: its number of rounds on disk, or what it does. */
export type CellReport = { readonly rounds: number } | { readonly text: string };
