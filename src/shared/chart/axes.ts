import { scaleLinear, scaleLog } from 'd3-scale';
import type { BudgetAxis } from '../statistics';
import { bandOf, budgetsOf, type CurveChart, drawablePoints, referencesOf } from './curve';
import { poolPercent, textWidth, wholeNumber } from './text';

/** A scale with its ticks: what is drawn along one side of the chart. */
export interface Axis {
  position(value: number): number;
  readonly ticks: readonly number[];
}

export interface LabelAxis extends Axis {
  /** The scale in use: linear whenever a budget of 0 makes a logarithm impossible. */
  readonly kind: BudgetAxis;
  /** Labels at the axis' right end. */
  readonly last: number;
  /** Where a mark is drawn: at the ticks, and at budgets whose number had no room. */
  readonly marks: readonly number[];
}

const scaleOf = (kind: BudgetAxis) => (kind === 'log' ? scaleLog() : scaleLinear());

/**
 * The axis of labels between two pixels. Ticks stand at the budgets themselves, as far as their texts fit side by
 * side; with very many budgets at round numbers.
 */
export function labelAxis(chart: CurveChart, from: number, to: number, fontSize: number): LabelAxis {
  const budgets = budgetsOf(chart);
  const first = budgets[0] ?? 0;
  const last = budgets.at(-1) ?? 0;
  const kind = chart.axis === 'log' && first > 0 ? 'log' : 'linear';
  // One budget alone stands in the middle.
  const domain =
    first < last ? [first, last] : first > 0 ? [first / 2, kind === 'log' ? first * 2 : first * 1.5] : [0, 1];
  const scale = scaleOf(kind).domain(domain).range([from, to]);
  const position = (labelled: number) => scale(labelled);
  const room = (labelled: number) => {
    const share = chart.poolSize ? textWidth(poolPercent(labelled, chart.poolSize), fontSize) : 0;
    return Math.max(textWidth(wholeNumber(labelled), fontSize), share) / 2 + 5;
  };
  const candidates =
    budgets.length > 16 ? [first, ...scale.ticks(8).filter((tick) => tick > first && tick < last), last] : budgets;
  const ticks = withoutOverlap(candidates, position, room);
  return { kind, last, position, ticks, marks: candidates };
}

/** The first and last value, and between them from the left what has room. */
function withoutOverlap(
  values: readonly number[],
  position: (value: number) => number,
  room: (value: number) => number,
): number[] {
  const last = values.at(-1);
  if (last === undefined) return [];
  const kept: number[] = [];
  for (const value of values) {
    const previous = kept.at(-1);
    const free = (left: number, right: number) => position(right) - position(left) >= room(left) + room(right);
    if ((previous === undefined || free(previous, value)) && (value === last || free(value, last))) kept.push(value);
  }
  return kept.includes(last) ? kept : [...kept, last];
}

export interface MetricAxis extends Axis {
  /** The value at the bottom; the chart says so when it is not 0. */
  readonly lowest: number;
  /** Decimals that the ticks need in percent. */
  readonly decimals: number;
}

/** The axis of the metric between two pixels (bottom, top). It starts at 0 unless that would flatten the curves. */
export function metricAxis(chart: CurveChart, bottom: number, top: number): MetricAxis {
  const values = referencesOf(chart).map((line) => line.value);
  for (const series of chart.series) {
    for (const point of drawablePoints(series)) {
      const band = bandOf(point);
      values.push(point.mean, band?.low ?? point.mean, band?.high ?? point.mean);
      if (point.interval) values.push(point.interval.low, point.interval.high);
    }
    for (const run of series.seeds ?? [])
      values.push(...run.points.map((point) => point.value).filter(Number.isFinite));
  }
  const low = Math.min(...values);
  const high = Math.max(...values);
  const domain = values.length === 0 ? [0, 1] : paddedDomain(low, high);
  const scale = scaleLinear().domain(domain).nice(12).range([bottom, top]);
  const [nice = 0, highest = 1] = scale.domain();
  const lowest = Math.max(0, nice);
  scale.domain([lowest, Math.min(1, highest)]);
  const ticks = scale.ticks(6);
  const [first, second] = ticks;
  const step = first !== undefined && second !== undefined ? 100 * (second - first) : 100;
  return {
    position: (value) => scale(value),
    ticks,
    lowest,
    decimals: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)),
  };
}

/** An axis that would start below 5 % starts at 0. */
const nearZero = 0.05;
/** The axis spans at least this much: 10 percentage points. */
const minimalRange = 0.1;

function paddedDomain(low: number, high: number): [number, number] {
  if (low <= 0.35 * high) return [0, high === 0 ? 1 : Math.min(1, high * 1.04)];
  // Curves that are flat, and single points, are not blown up to fill the plot.
  const pad = Math.max(0.04 * (high - low), (minimalRange - (high - low)) / 2);
  const bottom = low - pad;
  return [bottom < nearZero ? 0 : bottom, Math.min(1, high + pad)];
}
