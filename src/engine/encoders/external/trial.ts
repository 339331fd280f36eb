import { inputError } from '../../errors';
import { type Job, throwIfCancelled } from '../../job';
import { Child } from '../../process/child';
import { inSeconds, ProcessLost } from '../../process/ended';
import type { SentImage } from '../imageSource';
import type { Preprocessing } from '../preprocessing';
import type { ChosenOutput, OutputWish } from './outputs';
import type { ExternalInput } from './session';

export interface TrialOrder {
  readonly model: ExternalInput;
  readonly preprocessing: Preprocessing;
  readonly image: SentImage;
  /** Names of all that may be looked at. */
  readonly outputs: readonly string[];
  readonly wish: OutputWish;
  /** Why images must be run one by one, where that is known before. */
  readonly single: string | null;
}

export interface TrialAnswer {
  readonly output: ChosenOutput;
  /** An image takes so long. */
  readonly seconds: number;
  readonly batch: number;
  readonly single?: string;
}

export interface TrialOptions {
  /** A model that has not answered after so many milliseconds hangs. */
  readonly patience: number;
  /** The command line's bundle, where this code does not lie beside it. */
  readonly program?: string;
}

/** Runs a model on one image in a process of its own, so that one that crashes or hangs costs a sentence. */
export async function tryModel(order: TrialOrder, options: TrialOptions, job: Job): Promise<TrialAnswer> {
  const child = new Child<TrialOrder, TrialAnswer>({ command: 'try-encoder', grace: 0, ...options });
  const stop = () => child.stop();
  job.signal.addEventListener('abort', stop);
  try {
    return await child.ask(order);
  } catch (error) {
    throwIfCancelled(job);
    throw failure(order.model.file, error);
  } finally {
    job.signal.removeEventListener('abort', stop);
    child.release();
  }
}

function failure(file: string, error: unknown): unknown {
  if (!(error instanceof ProcessLost) || error.end.kind === 'unstarted') return error;
  const { end } = error;
  const what =
    end.kind === 'silent'
      ? `did not answer within ${inSeconds(end.waited)}`
      : `ended the process that ran it (${end.how})`;
  return inputError(
    `${file} ${what} on one image; it can't be used here, take another model or export it again.`,
    error,
  );
}
