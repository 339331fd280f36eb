import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { cancelledError } from '../../errors';
import type { Job } from '../../job';
import { Child } from '../../process/child';
import { lossFailure, ProcessLost } from '../../process/ended';
import type { AcceleratorName } from '../../runtime/device/device';
import { threadCount } from '../../runtime/threads';
import type { EmbeddingOrder, EmbeddingProgress } from './order';

/** After a stop, a process has this many milliseconds to end by itself. */
const GRACE = 500;

/** An encoder that needs longer than this (ms) for a batch hangs. */
const PATIENCE = 5 * 60_000;

/** Processes at a time: one a core, as two of one thread are faster than one of two; more than four would only take memory. */
const MOST_PROCESSES = 4;

type Worker = Child<EmbeddingOrder, null, EmbeddingProgress>;

/** Memory that all of them together may fill with a model of one's own, of which a process holds about twice the file. */
const MODEL_MEMORY = 2 * 2 ** 30;

/** A part of the work. Its images are listed when its turn comes: those of a table carry their values with them. */
export interface Piece extends Pick<EmbeddingOrder, 'recipe' | 'target' | 'views'> {
  images(): EmbeddingOrder['images'];
}

/** Where pieces are computed, and who is told. */
export interface PieceWatch<P> {
  /** Null: the CPU. */
  readonly accelerator: AcceleratorName | null;
  /** Takes a piece whose rows are written, in the order in which they end. */
  keep(piece: P): Promise<void>;
  /** So many images more are done. */
  progress(images: number): void;
  readonly program?: string | undefined;
}

/**
 * Has pieces computed, several at a time.
 * @throws what a process fails with; a lost one becomes a sentence that names the encoder.
 */
export async function computePieces<P extends Piece>(
  pieces: readonly P[],
  { accelerator, keep, progress, program }: PieceWatch<P>,
  job: Job,
): Promise<void> {
  if (pieces.length === 0) return;
  const cores = Math.min(threadCount(), availableParallelism());
  const most = accelerator ? 1 : Math.min(cores, await processesFor(pieces[0]));
  const count = Math.min(most, pieces.length);
  const threads = Math.max(1, Math.floor(cores / Math.max(1, count)));
  const workers = Array.from(
    { length: count },
    (): Worker =>
      new Child({ command: 'embed', ...(program === undefined ? {} : { program }), grace: GRACE, patience: PATIENCE }),
  );
  const stop = () => {
    for (const worker of workers) worker.stop();
  };
  job.signal.addEventListener('abort', stop, { once: true });
  let next = 0;
  try {
    await Promise.all(
      workers.map(async (worker) => {
        let kept: Promise<void> = Promise.resolve();
        while (next < pieces.length && !job.signal.aborted) {
          const piece = pieces[next++];
          const { recipe, target, views } = piece;
          const looked = { recipe, images: piece.images(), ...(views ? { views } : {}) };
          const order = { ...looked, target, accelerator, threads };
          await worker.ask(order, ({ done }) => progress(done));
          await kept; // one piece is kept while the next is computed
          kept = keep(piece);
          kept.catch(() => {}); // handled when its turn comes
        }
        await kept;
      }),
    );
    if (job.signal.aborted) throw cancelledError();
  } catch (error) {
    stop();
    if (job.signal.aborted) throw cancelledError();
    throw error instanceof ProcessLost ? lost(error, pieces[0]) : error;
  } finally {
    job.signal.removeEventListener('abort', stop);
    for (const worker of workers) worker.release();
    await Promise.all(workers.map((worker) => worker.ended));
  }
}

const lost = ({ end }: ProcessLost, { recipe: { name } }: Piece) =>
  lossFailure(
    end,
    `The process that runs the encoder "${name}"`,
    'what was finished is kept; try again, or take another encoder',
  );

async function processesFor({ recipe }: Piece): Promise<number> {
  if (recipe.kind === 'builtIn') return MOST_PROCESSES;
  const size = (await stat(recipe.file).catch(() => null))?.size ?? 0;
  return Math.max(1, Math.min(MOST_PROCESSES, Math.floor(MODEL_MEMORY / (2 * Math.max(size, 1)))));
}
