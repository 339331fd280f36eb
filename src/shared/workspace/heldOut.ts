import type { RoundFile } from '../schema/round';

/** Images that were drawn for a test set. What people say of them is never trained on. */
export const heldOutImages = (rounds: readonly Pick<RoundFile, 'purpose' | 'picks'>[]): ReadonlySet<string> =>
  new Set(rounds.flatMap(({ purpose, picks }) => (purpose === 'test' ? picks.map(({ image }) => image) : [])));

/** So few labelled images of a test set tell less than cross-validation on the labels. */
export const FEWEST_HELD_OUT = 20;
