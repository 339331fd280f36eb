/** A round of a cell, as it was run or is to be run. */
export interface CellRound {
  readonly strategy: string;
  readonly features: string;
  readonly labelled: number;
}

/** One that was run on this machine. */
export interface TimedRound extends CellRound {
  /** Choosing, training and measuring. */
  readonly seconds: number;
}

export interface ExpectedTime {
  readonly seconds: number;
  /** Strategies that were never timed on the same features; for these others' times stand. */
  readonly untimed: readonly string[];
}

/**
 * How long rounds will take, one after the other: as long as those of the same strategy on the same features with the nearest number of
 * labels, or else of any strategy on these features. More labels than were ever timed take longer in proportion. Null where some features
 * were never timed, which would be a guess.
 */
export function expectedTime(wanted: readonly CellRound[], timed: readonly TimedRound[]): ExpectedTime | null {
  const untimed = new Set<string>();
  const known = new Map<string, number>();
  let seconds = 0;
  for (const round of wanted) {
    const key = JSON.stringify([round.features, round.strategy, round.labelled]);
    const its = known.get(key) ?? secondsOf(round, timed, untimed);
    if (its === null) return null;
    known.set(key, its);
    seconds += its;
  }
  return { seconds, untimed: [...untimed] };
}

function secondsOf(round: CellRound, timed: readonly TimedRound[], untimed: Set<string>): number | null {
  const alike = timed.filter(({ features }) => features === round.features);
  if (alike.length === 0) return null;
  const same = alike.filter(({ strategy }) => strategy === round.strategy);
  if (same.length === 0) untimed.add(round.strategy);
  return secondsAt(round.labelled, same.length > 0 ? same : alike);
}

/** The mean time of the rounds with the number of labels nearest to this one. */
function secondsAt(labelled: number, timed: readonly TimedRound[]): number {
  const distance = (round: TimedRound) => Math.abs(round.labelled - labelled);
  const least = timed.reduce((smallest, round) => Math.min(smallest, distance(round)), Number.POSITIVE_INFINITY);
  const close = timed.filter((round) => distance(round) === least);
  const mean = close.reduce((sum, { seconds }) => sum + seconds, 0) / close.length;
  const most = timed.reduce((largest, round) => Math.max(largest, round.labelled), 0);
  return labelled > most ? (mean * labelled) / most : mean;
}
