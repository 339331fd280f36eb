import { describe, expect, it } from 'vitest';
import type { CurveChart } from '../../../../src/shared/chart/curve';
import { moveReading, nearestBudget, type ReadingKey } from '../../../../src/shared/chart/reading';

const points = (...pairs: [number, number][]) => pairs.map(([labelled, mean]) => ({ labelled, mean, n: 1 }));
const chart: CurveChart = {
  title: '',
  metric: 'accuracy',
  axis: 'linear',
  series: [
    { name: 'pending', points: [] },
    { name: 'run', points: points([10, 0.5], [30, 0.7]) },
    { name: 'random', points: points([10, 0.2], [20, 0.3], [40, 0.4]) },
    { name: 'best', points: points([10, 0.6], [20, 0.75], [40, 0.8]) },
  ],
};
const path = (...keys: ReadingKey[]) =>
  keys.reduce<ReturnType<typeof moveReading>>((at, key) => moveReading(chart, at, key), null);

describe('moveReading', () => {
  it('begins at the first point that there is', () => {
    for (const key of ['ArrowLeft', 'ArrowUp', 'End'] as const) expect(path(key)).toEqual({ series: 1, labelled: 10 });
    expect(moveReading({ ...chart, series: chart.series.slice(0, 1) }, null, 'ArrowRight')).toBeNull();
    expect(moveReading(chart, { series: 9, labelled: 10 }, 'ArrowRight')).toEqual({ series: 1, labelled: 10 });
  });

  it('goes along a curve and stops at its ends', () => {
    expect(path('Home', 'ArrowRight')).toEqual({ series: 1, labelled: 30 });
    expect(path('Home', 'ArrowRight', 'ArrowRight')).toEqual({ series: 1, labelled: 30 });
    expect(path('Home', 'ArrowDown', 'End')).toEqual({ series: 2, labelled: 40 });
    expect(path('Home', 'End', 'Home', 'ArrowLeft')).toEqual({ series: 1, labelled: 10 });
  });

  it('goes up and down by value, to the nearest point of a curve that has none there', () => {
    expect(path('Home', 'ArrowUp')).toEqual({ series: 3, labelled: 10 });
    expect(path('Home', 'ArrowUp', 'ArrowUp')).toEqual({ series: 3, labelled: 10 });
    expect(path('Home', 'ArrowDown')).toEqual({ series: 2, labelled: 10 });
    expect(path('Home', 'End', 'ArrowDown')).toEqual({ series: 2, labelled: 20 });
  });
});

it('finds the nearest number of labels', () => {
  expect(nearestBudget(chart, (labelled) => Math.abs(labelled - 26))).toBe(30);
  expect(nearestBudget({ ...chart, series: [] }, () => 0)).toBeNull();
});
