import { type LabelAxis, labelAxis, type MetricAxis, metricAxis } from './axes';
import { type CurveChart, referencesOf } from './curve';
import { legendBelow, legendWidth, rowHeight } from './legend';
import { type SeriesStyle, stylesOf } from './seriesStyle';
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
/** Distance of titles and legends from the picture's edges. */
export const margin = 20;
/** Below this width the legend goes under the plot. */
const narrow = 620;
/** Room for the metric's ticks and the names of the rows under the plot. */
const leftMargin = 68;
const topMargin = 72;
/** From the first to the last budget, the plot keeps this distance to its sides. */
const plotInset = 18;
const markerArea = 46;
const smallestPlot = 140;

/** Height of the rows of ticks under the plot. */
export const tickRows = (chart: CurveChart): number => (chart.poolSize ? 46 : 30);
const footnoteHeight = 28;

/** @param bare leaves title, legend and footnote, and the room for them, out. */
export function drawingOf(chart: CurveChart, theme: Theme, width: number, height: number, bare = false): Drawing {
  const layout = bare ? bareLayout(chart, width, height) : layoutOf(chart, width, height);
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
  return { width, height, left: leftMargin, right: width - margin, top: 26, bottom, legendX: null };
}

function layoutOf(chart: CurveChart, width: number, height: number): Layout {
  const rows = chart.series.length + referencesOf(chart).length;
  const footer = tickRows(chart) + footnoteHeight;
  const frame = { width, left: leftMargin, top: topMargin };
  if (rows === 0) return { ...frame, height, right: width - margin, bottom: height - footer, legendX: null };
  if (width >= narrow) {
    const right = width - legendWidth(chart, fontSize, 0.38 * width) - margin - 28;
    const tall = Math.max(height, topMargin + footer + rows * rowHeight);
    return { ...frame, height: tall, right, bottom: tall - footer, legendX: right + 28 };
  }
  const below = legendBelow(chart, { x: margin, width: width - 2 * margin, top: 0 }, fontSize);
  const legend = Math.max(...below.map((row) => row.y)) + rowHeight + 12;
  const tall = Math.max(height, topMargin + footer + legend + smallestPlot);
  return { ...frame, height: tall, right: width - margin, bottom: tall - footer - legend, legendX: null };
}
