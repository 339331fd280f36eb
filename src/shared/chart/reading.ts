import { budgetsOf, type CurveChart, type CurvePoint, drawablePoints } from './curve';

/** A point that is being read: a series by its place in the chart, and a number of labels. */
export interface Reading {
  readonly series: number;
  readonly labelled: number;
}

export type ReadingKey = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown' | 'Home' | 'End';

export const isReadingKey = (key: string): key is ReadingKey =>
  ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(key);

/** The point of a series at a number of labels. */
export const pointAt = (chart: CurveChart, series: number, labelled: number): CurvePoint | undefined =>
  pointsOf(chart, series).find((point) => point.labelled === labelled);

/** The points of a series that can be read; none where there is no such series. */
function pointsOf(chart: CurveChart, index: number): readonly CurvePoint[] {
  const series = chart.series[index];
  return series ? drawablePoints(series) : [];
}

/**
 * Where a key leads: left and right along a curve, Home and End to its ends, up and down to the next higher and lower
 * curve at the same number of labels (or, where a curve has no point there, at its nearest). From nowhere to the first
 * point of the first curve. Null when there is nothing to read.
 */
export function moveReading(chart: CurveChart, from: Reading | null, key: ReadingKey): Reading | null {
  const first = chart.series.findIndex((series) => drawablePoints(series).length > 0);
  const [start] = pointsOf(chart, first);
  if (!start) return null;
  if (!from || !pointAt(chart, from.series, from.labelled)) return { series: first, labelled: start.labelled };
  if (key === 'ArrowUp' || key === 'ArrowDown') return between(chart, from, key === 'ArrowUp' ? 1 : -1);
  const points = pointsOf(chart, from.series);
  const at = points.findIndex((point) => point.labelled === from.labelled);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: points.length - 1 }[key];
  return { series: from.series, labelled: (nearestOf(points, to) ?? from).labelled };
}

function between(chart: CurveChart, from: Reading, step: 1 | -1): Reading {
  const ranked = chart.series
    .flatMap((series, i) => {
      const near = drawablePoints(series).reduce<CurvePoint | undefined>(
        (best, point) =>
          !best || Math.abs(point.labelled - from.labelled) < Math.abs(best.labelled - from.labelled) ? point : best,
        undefined,
      );
      return near ? [{ series: i, labelled: near.labelled, mean: near.mean }] : [];
    })
    .sort((a, b) => a.mean - b.mean || b.series - a.series);
  const at = ranked.findIndex((place) => place.series === from.series);
  const { series, labelled } = nearestOf(ranked, at + step) ?? from;
  return { series, labelled };
}

/** The item at a place, or at the end that lies nearest to it; undefined only where there are none. */
const nearestOf = <T>(items: readonly T[], place: number): T | undefined =>
  items[Math.max(0, Math.min(items.length - 1, place))];

/** The number of labels that lies nearest to a place; null when there is none. */
export function nearestBudget(chart: CurveChart, distance: (labelled: number) => number): number | null {
  let nearest: number | null = null;
  for (const labelled of budgetsOf(chart))
    if (nearest === null || distance(labelled) < distance(nearest)) nearest = labelled;
  return nearest;
}
