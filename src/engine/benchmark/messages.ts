import type { ErrorCode } from '../errors';
import type { CellPlan } from './cell';

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
}

export type ToWorker = { readonly kind: 'run'; readonly task: CellTask } | { readonly kind: 'stop' };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'round'; readonly rounds: number }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly code: ErrorCode | 'defect'; readonly message: string };
