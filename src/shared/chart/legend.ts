import { percent } from '../percent';
import { type CurveChart, type CurveSeries, comparesPretraining, drawablePoints, referencesOf } from './curve';
import { elide, textWidth } from './text';

/** One row of the legend, which stands outside the plot: at its right, beside the curve's end, or below it. */
export interface LegendRow {
  /** What the row names: a series or a reference line, by its index in the chart. */
  readonly kind: 'series' | 'reference';
  readonly index: number;
  readonly fullName: string;
  /** Elided where it is too long. */
  readonly name: string;
  /** "· pre-trained" and the like. */
  readonly suffix: string;
  /** The last value, or "no results". */
  readonly value: string;
  readonly hasResults: boolean;
  /** Right end of the value. */
  readonly valueX: number;
  /** Left end and middle of the row. */
  readonly x: number;
  readonly y: number;
  /** Height of the curve's end when the row belongs to it, for the leader between them. */
  readonly endY: number | null;
}

export const rowHeight = 18;
/** Room for the line sample in front of a name. */
export const sampleWidth = 50;
const valueGap = 10;
const columnGap = 24;

interface Entry {
  readonly kind: 'series' | 'reference';
  readonly index: number;
  readonly name: string;
  readonly suffix: string;
  readonly value: string;
  readonly mean: number | null;
  readonly lastLabelled: number;
}

function entriesOf(chart: CurveChart): Entry[] {
  const mixed = comparesPretraining(chart);
  const series = chart.series.map((one, index): Entry => {
    const last = drawablePoints(one).at(-1);
    return {
      kind: 'series',
      index,
      name: one.name,
      suffix: mixed ? variantOf(one) : '',
      value: last ? `${last.estimate ? '≈ ' : ''}${percent(last.mean)}` : 'no results',
      mean: last ? last.mean : null,
      lastLabelled: last ? last.labelled : 0,
    };
  });
  const references = referencesOf(chart).map(
    (line, index): Entry => ({
      kind: 'reference',
      index,
      name: line.name,
      suffix: '',
      value: percent(line.value),
      mean: line.value,
      lastLabelled: Number.POSITIVE_INFINITY,
    }),
  );
  return [...series, ...references];
}

/** Which of a strategy's two variants a series is. */
function variantOf({ pretrained }: CurveSeries): string {
  if (pretrained === undefined) return '';
  return pretrained ? '· pre-trained' : '· no pre-training';
}

const valueColumn = (entries: readonly Entry[], fontSize: number): number =>
  Math.max(0, ...entries.map((entry) => 1.1 * textWidth(entry.value, fontSize))); // values are bold

/** Width of a legend at the right, at most `limit`. */
export function legendWidth(chart: CurveChart, fontSize: number, limit: number): number {
  const entries = entriesOf(chart);
  const names = entries.map((entry) => textWidth(entry.name, fontSize) + suffixWidth(entry, fontSize));
  return Math.min(limit, Math.ceil(sampleWidth + Math.max(0, ...names) + valueGap + valueColumn(entries, fontSize)));
}

const suffixWidth = (entry: Entry, fontSize: number): number =>
  entry.suffix ? textWidth(entry.suffix, fontSize) + 4 : 0;

const fitted = (entry: Entry, room: number, fontSize: number): string =>
  elide(entry.name, Math.max(0, room - suffixWidth(entry, fontSize)), fontSize);

/**
 * Rows at the right of the plot, in the order of the curves' ends and never closer than a row's height. Curves that end
 * at `lastLabelled` get a leader to their row; null gives none.
 */
export function legendAtRight(
  chart: CurveChart,
  box: { x: number; width: number; top: number; bottom: number; lastLabelled: number | null },
  height: (mean: number) => number,
  fontSize: number,
): LegendRow[] {
  const entries = entriesOf(chart);
  const room = box.width - sampleWidth - valueGap - valueColumn(entries, fontSize);
  const wished = entries
    .map((entry) => ({ entry, y: entry.mean === null ? box.bottom : height(entry.mean) }))
    .sort((a, b) => a.y - b.y || entries.indexOf(a.entry) - entries.indexOf(b.entry));
  const ys = spreadOut(
    wished.map((row) => row.y),
    box.top,
    box.bottom,
  );
  return wished.map(({ entry, y }, i) => {
    const reachesEnd = entry.mean !== null && box.lastLabelled !== null && entry.lastLabelled >= box.lastLabelled;
    return {
      ...rowOf(entry, room, fontSize),
      valueX: box.x + box.width,
      x: box.x,
      y: ys[i] ?? box.bottom,
      endY: reachesEnd ? y : null,
    };
  });
}

/** What a row says; `room`: pixels for name and suffix. */
const rowOf = (entry: Entry, room: number, fontSize: number) => ({
  kind: entry.kind,
  index: entry.index,
  fullName: [entry.name, entry.suffix].filter(Boolean).join(' '),
  name: fitted(entry, room, fontSize),
  suffix: entry.suffix,
  value: entry.value,
  hasResults: entry.mean !== null,
});

/**
 * Moves ascending positions apart to a row's height, as little as it takes: runs that touch are pushed together around
 * their mean, then kept inside the box.
 */
function spreadOut(wished: readonly number[], top: number, bottom: number): number[] {
  const runs: { start: number; sum: number; count: number }[] = [];
  const place = (run: { sum: number; count: number }) => {
    const centred = run.sum / run.count - ((run.count - 1) * rowHeight) / 2;
    return Math.max(top, Math.min(bottom - (run.count - 1) * rowHeight, centred));
  };
  for (const y of wished) {
    let run = { start: 0, sum: y, count: 1 };
    run.start = place(run);
    let previous = runs.at(-1);
    while (previous && previous.start + previous.count * rowHeight > run.start) {
      runs.pop();
      run = { start: 0, sum: previous.sum + run.sum, count: previous.count + run.count };
      run.start = place(run);
      previous = runs.at(-1);
    }
    runs.push(run);
  }
  return runs.flatMap((run) => Array.from({ length: run.count }, (_, i) => run.start + i * rowHeight));
}

/** Rows below the plot in as many columns as fit, in the order of the series. */
export function legendBelow(
  chart: CurveChart,
  box: { x: number; width: number; top: number },
  fontSize: number,
): LegendRow[] {
  const entries = entriesOf(chart);
  const wished = legendWidth(chart, fontSize, box.width);
  const columns = Math.max(1, Math.min(entries.length, Math.floor((box.width + columnGap) / (wished + columnGap))));
  const perColumn = Math.ceil(entries.length / columns);
  const room = wished - sampleWidth - valueGap - valueColumn(entries, fontSize);
  return entries.map((entry, i) => {
    const x = box.x + Math.floor(i / perColumn) * (wished + columnGap);
    return {
      ...rowOf(entry, room, fontSize),
      valueX: x + wished,
      x,
      y: box.top + (i % perColumn) * rowHeight,
      endY: null,
    };
  });
}
