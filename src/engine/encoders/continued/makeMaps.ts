import type { Job } from '../../job';
import { onSomeDevice } from '../embedding/embed';
import { computePieces, type Piece } from '../embedding/workers';

/** Some images whose maps become a file. */
export interface MapPiece extends Piece {
  /** Images. */
  readonly count: number;
}

/** What becomes of pieces. */
interface Keeping<P extends MapPiece> {
  /** For people: what is being made. */
  readonly stage: string;
  isThere(piece: P): Promise<boolean>;
  /** Takes a piece that was written. */
  keep(piece: P): Promise<void>;
  readonly program?: string | undefined;
}

/** Has maps made that are not there yet. Whoever is stopped goes on with what is missing then. */
export async function makeMaps<P extends MapPiece>(
  pieces: readonly P[],
  { stage, isThere, keep, program }: Keeping<P>,
  job: Job,
): Promise<void> {
  const total = imagesOf(pieces);
  await onSomeDevice(async (accelerator) => {
    const there = await Promise.all(pieces.map(isThere));
    const missing = pieces.filter((_, i) => !there[i]);
    const before = total - imagesOf(missing);
    const started = performance.now();
    let made = 0;
    const progress = (images: number) => {
      made += images;
      const rate = (1000 * made) / (performance.now() - started);
      const left = made > 0 ? { rate, secondsLeft: (total - before - made) / rate } : {};
      job.report({ stage, done: before + made, total, unit: 'images', ...left });
    };
    progress(0);
    await computePieces(missing, { accelerator, keep, progress, program }, job);
  }, job);
}

const imagesOf = (pieces: readonly MapPiece[]): number => pieces.reduce((sum, { count }) => sum + count, 0);
