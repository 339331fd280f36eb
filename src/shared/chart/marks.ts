import { area, line } from 'd3-shape';
import type { Interval } from '../statistics';
import { bandOf, type CurvePoint, type CurveSeries, drawablePoints } from './curve';
import type { Drawing } from './layout';
import type { SeriesStyle } from './seriesStyle';
import { type Attributes, element, group, round } from './svg';
import type { Theme } from './theme';

/** The bands of all series, under all curves. */
export function bands(drawing: Drawing): string {
  return group(
    { class: 'bands' },
    drawOrder(drawing).map((drawn) => band(drawing, drawn)),
  );
}

/** The curves of all series: single runs thin, the mean thick, a marker at every budget. */
export function curves(drawing: Drawing): string {
  return group(
    { class: 'curves' },
    drawOrder(drawing).map((drawn) => curve(drawing, drawn)),
  );
}

/** A series as it is drawn; `index`: its place in the chart. */
interface Drawn {
  readonly index: number;
  readonly series: CurveSeries;
  readonly style: SeriesStyle;
}

/** Baselines first, so that they lie under the curves that are compared with them; the first series on top. */
function drawOrder({ chart, styles }: Drawing): Drawn[] {
  const rank = ({ series }: Drawn) => (series.role === 'baseline' ? 0 : 1);
  return styles
    .flatMap((style, index) => {
      const series = chart.series[index];
      return series ? [{ index, series, style }] : [];
    })
    .sort((a, b) => rank(a) - rank(b) || b.index - a.index);
}

function band({ chart, labels, metric, theme }: Drawing, { index, series, style: { colour } }: Drawn): string {
  const points = drawablePoints(series);
  // a page lets one curve stand out with its band
  const named = theme.paintsBackground ? {} : { 'data-series': index };
  const [first] = points;
  if (first && points.length === 1) {
    // A single point has no area; its spread is a bar.
    const ends = bandOf(first);
    const x = labels.position(first.labelled);
    const bar = ends && { x1: x, x2: x, y1: metric.position(ends.low), y2: metric.position(ends.high) };
    return bar
      ? element('line', { class: 'band', ...bar, stroke: colour, 'stroke-opacity': 0.35, 'stroke-width': 6, ...named })
      : '';
  }
  const outline = area<CurvePoint>()
    .digits(2)
    .defined((point) => bandOf(point) !== null)
    .x((point) => labels.position(point.labelled))
    .y0((point) => metric.position(bandOf(point)?.low ?? 0))
    .y1((point) => metric.position(bandOf(point)?.high ?? 0));
  const path = outline(points);
  // Many bands lie over each other: each has to be fainter then.
  const opacity = chart.series.length > 12 ? 0.05 : chart.series.length > 4 ? 0.09 : 0.14;
  const fill = { fill: colour, 'fill-opacity': opacity };
  // in an editor with high contrast the style sheet draws the outline in place of the faint area
  const outlined = theme.paintsBackground ? {} : { stroke: colour, 'stroke-width': 0 };
  return path ? element('path', { class: 'band', d: path, ...fill, ...outlined, ...named }) : '';
}

interface Place {
  readonly labelled: number;
  readonly value: number;
}

function curve({ labels, metric, theme }: Drawing, { index, series, style }: Drawn): string {
  const points = drawablePoints(series);
  const path = line<Place>()
    .digits(2)
    .defined((place) => Number.isFinite(place.value))
    .x((place) => labels.position(place.labelled))
    .y((place) => metric.position(place.value));
  const stroke = { fill: 'none', stroke: style.colour, 'stroke-linejoin': 'round' };
  const runs = (series.seeds ?? []).map((run) => {
    const d = path([...run.points].sort((a, b) => a.labelled - b.labelled)) ?? '';
    return element('path', {
      class: 'seed',
      d,
      ...stroke,
      'stroke-width': 1,
      'stroke-opacity': 0.4,
      'data-seed': run.seed,
    });
  });
  const d = path(points.map((point) => ({ labelled: point.labelled, value: point.mean }))) ?? '';
  const thick = { 'stroke-width': style.width, 'stroke-dasharray': style.dash };
  const mean = points.length > 1 ? element('path', { class: 'mean', d, ...stroke, ...thick }) : '';
  const rings = points
    .filter((point) => point.estimate)
    .map((point) =>
      element('circle', {
        class: 'estimate',
        cx: labels.position(point.labelled),
        cy: metric.position(point.mean),
        r: 8,
        fill: 'none',
        stroke: style.colour,
      }),
    );
  const bars = points.flatMap((point) => {
    if (!point.interval) return [];
    const [x, low, high] = [labels.position(point.labelled), ...endsOf(point.interval, metric)];
    const d = `M${round(x - CAP)},${low}h${2 * CAP}M${round(x)},${low}V${high}M${round(x - CAP)},${high}h${2 * CAP}`;
    return [element('path', { class: 'interval', d, fill: 'none', stroke: style.colour, 'stroke-width': 1.25 })];
  });
  const markers = points.map((point) =>
    marker(style, theme, labels.position(point.labelled), metric.position(point.mean), {
      class: 'point',
      'data-series': index,
      'data-labelled': point.labelled,
      'data-value': shortest(point.mean),
      'data-sd': point.sd ? shortest(point.sd) : null,
      'data-n': point.n,
    }),
  );
  const kind = series.role === 'baseline' ? 'series baseline' : 'series';
  const pretrained = series.pretrained === undefined ? null : String(series.pretrained);
  return group({ class: kind, 'data-series': index, 'data-name': series.name, 'data-pretrained': pretrained }, [
    ...runs,
    mean,
    ...bars,
    ...rings,
    ...markers,
  ]);
}

/** Half the width of the ends of a bar. */
const CAP = 4;

const endsOf = ({ low, high }: Interval, metric: Drawing['metric']): [number, number] => [
  round(metric.position(low)),
  round(metric.position(high)),
];

/** A series' marker around (x, y). */
export function marker(style: SeriesStyle, theme: Theme, x: number, y: number, attributes: Attributes): string {
  return element('path', {
    ...attributes,
    d: style.marker,
    transform: `translate(${round(x)} ${round(y)})`,
    fill: style.filled ? style.colour : theme.background,
    stroke: style.filled ? theme.background : style.colour,
    'stroke-width': style.filled ? 1 : 1.75,
    'stroke-linejoin': 'round',
  });
}

/** A share with at most six decimals. */
const shortest = (value: number): number => Number(value.toFixed(6));
