import type { CurveChart } from './curve';
import { describeChart } from './describe';
import { emptyNote, footnote, heading, labelTicks, metricTicks, referenceLines } from './frame';
import { drawingOf, fontSize, type LayoutOptions } from './layout';
import { legend } from './legendMarks';
import { bands, curves } from './marks';
import { element, svgDocument } from './svg';
import { type ChartTheme, type Theme, themeOf } from './theme';

export interface ChartOptions extends LayoutOptions {
  /** 'light' unless said otherwise. */
  readonly theme?: ChartTheme | Theme;
  /** Pixels; 880 × 480 unless said otherwise. A chart with many series grows taller than asked. */
  readonly width?: number;
  readonly height?: number;
  /** Start of the ids inside, for several charts on one page. */
  readonly id?: string;
}

/**
 * Draws a metric against the number of labels as an SVG document: mean curves with their bands, the axis of labels with
 * a second row in percent of the pool, reference lines, and a legend outside the plot. Same chart and options, same
 * string. Neither script nor style: the theme 'vscode' takes its colours from CSS variables in presentation attributes.
 *
 * For whoever makes it interactive: every `.point` carries data-series (index in `chart.series`), data-labelled,
 * data-value and data-n, and data-sd where known; every `.series` data-series, data-name and data-pretrained; legend
 * rows data-series.
 */
export function renderCurveChart(chart: CurveChart, options: ChartOptions = {}): string {
  const theme = typeof options.theme === 'object' ? options.theme : themeOf(options.theme ?? 'light');
  const bare = options.bare ?? false;
  const id = options.id ?? 'curve';
  const drawing = drawingOf(chart, theme, options.width ?? 880, options.height ?? 480, options);
  const { width, height } = drawing.layout;
  const parts = [
    theme.paintsBackground ? element('rect', { class: 'background', width, height, fill: theme.background }) : '',
    bare ? '' : heading(drawing),
    metricTicks(drawing),
    labelTicks(drawing),
    referenceLines(drawing),
    bands(drawing),
    curves(drawing),
    bare ? '' : legend(drawing),
    emptyNote(drawing),
    bare ? '' : footnote(drawing),
  ];
  const description = describeChart(chart, drawing.metric.lowest);
  return svgDocument({ id, title: chart.title, description, width, height, font: theme.font, fontSize }, parts);
}
