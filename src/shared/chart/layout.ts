import { type LabelAxis, labelAxis, type MetricAxis, metricAxis } from './axes';
import { type CurveChart, referencesOf } from './curve';
import { legendBelow, legendWidth, rowHeight } from './legend';
import { notesOf } from './notes';
import { type SeriesStyle, stylesOf } from './seriesStyle';
import { textWidth, wrapped } from './text';
import type { Theme } from './theme';

/** Where the parts of a chart stand, in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The plot. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Left end of the legend beside the plot; null when it stands below. */
  readonly legendX: number | null;
  /** Whether a title stands above. */
  readonly titled: boolean;
}

/** All that the parts of a chart need to draw themselves. */
export interface Drawing {
  readonly chart: CurveChart;
  readonly layout: Layout;
  readonly labels: LabelAxis;
  readonly metric: MetricAxis;
  readonly styles: readonly SeriesStyle[];
  readonly theme: Theme;
}

export const fontSize = 12;
export const titleSize = 16;
/** The title is bold, so wider than the estimate for its size: it is measured as one of this size. */
export const titleMeasure = 1.12 * titleSize;
/** Distance of titles and legends from the picture's edges. */
export const margin = 20;
/** Below this width the legend goes under the plot. */
const narrow = 620;
/** Room for the metric's ticks and the names of the rows under the plot. */
const leftMargin = 68;
const topMargin = 72;
/** Without a title. */
const lowTopMargin = 40;
/** From the first to the last budget, the plot keeps this distance to its sides. */
const plotInset = 18;
/** Wider than any sensible name: about 200 characters. What is longer still is shortened. */
export const widest = 1600;
const markerArea = 46;
const smallestPlot = 140;

/** Height of the rows of ticks under the plot. */
export const tickRows = (chart: CurveChart): number => (chart.poolSize ? 46 : 30);
const footnoteHeight = 28;
export const footnoteSize = 11;
export const footnoteLine = 14;

/** The footnote in lines that fit into a picture of that width. */
export const footnoteLines = (chart: CurveChart, width: number): string[] =>
  wrapped(notesOf(chart), width - 2 * margin, footnoteSize);

/** Room for the footnote. */
const footnoteRoom = (chart: CurveChart, width: number): number =>
  footnoteHeight + footnoteLine * Math.max(0, footnoteLines(chart, width).length - 1);

export interface LayoutOptions {
  /** Leaves title, legend and footnote, and the room for them, out. */
  readonly bare?: boolean;
  /** Makes the picture as wide as the title and the names in the legend need, instead of shortening them. */
  readonly wholeNames?: boolean;
  /** Leaves the title out, for a place whose caption says it. */
  readonly untitled?: boolean;
}

export function drawingOf(
  chart: CurveChart,
  theme: Theme,
  width: number,
  height: number,
  { bare = false, wholeNames = false, untitled = false }: LayoutOptions = {},
): Drawing {
  const layout = bare
    ? bareLayout(chart, width, height)
    : wholeNames
      ? wholeLayout(chart, width, height)
      : layoutOf(chart, width, height, { titled: !untitled });
  return {
    chart,
    layout,
    labels: labelAxis(chart, layout.left + plotInset, layout.right - plotInset, fontSize),
    metric: metricAxis(chart, layout.bottom, layout.top),
    styles: stylesOf(chart, theme, markerArea),
    theme,
  };
}

/** The plot alone, with room above for what a page writes at its crosshair. */
function bareLayout(chart: CurveChart, width: number, height: number): Layout {
  const bottom = height - tickRows(chart);
  return { width, height, left: leftMargin, right: width - margin, top: 26, bottom, legendX: null, titled: false };
}

/** As at the given width, and then as much wider as names take. */
function wholeLayout(chart: CurveChart, width: number, height: number): Layout {
  const title = Math.min(widest, textWidth(chart.title, titleMeasure)) + 2 * margin;
  const legend = legendWidth(chart, fontSize, widest);
  if (width < narrow) {
    const whole = Math.ceil(Math.max(width, title, legend + 2 * margin));
    return layoutOf(chart, whole, height, { beside: false });
  }
  const layout = layoutOf(chart, width, height);
  const beside = layout.legendX === null ? 0 : layout.legendX + legend + margin;
  return { ...layout, width: Math.ceil(Math.max(width, title, beside)) };
}

function layoutOf(
  chart: CurveChart,
  width: number,
  height: number,
  { beside = width >= narrow, titled = true } = {},
): Layout {
  const rows = chart.series.length + referencesOf(chart).length;
  const footer = tickRows(chart) + footnoteRoom(chart, width);
  const top = titled ? topMargin : lowTopMargin;
  const frame = { width, left: leftMargin, top, titled };
  if (rows === 0) return { ...frame, height, right: width - margin, bottom: height - footer, legendX: null };
  if (beside) {
    const right = width - legendWidth(chart, fontSize, 0.38 * width) - margin - 28;
    const tall = Math.max(height, top + footer + rows * rowHeight);
    return { ...frame, height: tall, right, bottom: tall - footer, legendX: right + 28 };
  }
  const below = legendBelow(chart, { x: margin, width: width - 2 * margin, top: 0 }, fontSize);
  const legend = Math.max(...below.map((row) => row.y)) + rowHeight + 12;
  const tall = Math.max(height, top + footer + legend + smallestPlot);
  return { ...frame, height: tall, right: width - margin, bottom: tall - footer - legend, legendX: null };
}
