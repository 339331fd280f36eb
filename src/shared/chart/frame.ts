import { percent } from '../percent';
import { budgetsOf, type CurveChart, referencesOf } from './curve';
import { type Drawing, footnoteLine, footnoteLines, footnoteSize, margin, titleMeasure, titleSize } from './layout';
import { element, group, text } from './svg';
import { elide, poolPercent, shortPercent, wholeNumber } from './text';
import type { Theme } from './theme';

/** Title, and the metric's name with the place where its axis starts. */
export function heading({ chart, layout, metric, theme }: Drawing): string {
  const title = elide(chart.title, layout.width - 2 * margin, titleMeasure);
  return group({ class: 'heading' }, [
    layout.titled ? text(margin, 30, title, { fill: theme.ink, 'font-size': titleSize, 'font-weight': 600 }) : '',
    text(margin, layout.top - 20, captionOf(chart, metric.lowest), { fill: theme.muted }),
  ]);
}

/** "Accuracy (axis starts at 30 %)" */
export function captionOf(chart: CurveChart, lowest: number): string {
  const remarks = [
    ...(chart.lowerIsBetter ? ['lower is better'] : []),
    ...(lowest > 0 ? [`axis starts at ${shortPercent(lowest)}`] : []),
  ];
  const name = chart.metric.charAt(0).toUpperCase() + chart.metric.slice(1);
  return remarks.length > 0 ? `${name} (${remarks.join('; ')})` : name;
}

/** Grid lines with the metric's values. */
export function metricTicks({ layout, metric, theme }: Drawing): string {
  const lines = metric.ticks.map((value) => {
    const y = metric.position(value);
    const label = percent(value, metric.decimals);
    return (
      element('line', { class: 'grid', x1: layout.left, x2: layout.right, y1: y, y2: y, stroke: theme.grid }) +
      text(layout.left - 10, y + 4, label, { fill: theme.muted, 'text-anchor': 'end' })
    );
  });
  return group({ class: 'axis metric' }, lines);
}

/** The axis of labels: a mark at every budget, numbers where they have room, and their share of the pool below. */
export function labelTicks({ chart, layout, labels, theme }: Drawing): string {
  const { bottom, left, right } = layout;
  const first = bottom + 22;
  const second = bottom + 39;
  const marks = labels.marks.map((labelled) => {
    const x = labels.position(labelled);
    const length = labels.ticks.includes(labelled) ? 6 : 3;
    return element('line', { x1: x, x2: x, y1: bottom, y2: bottom + length, stroke: theme.axis });
  });
  const numbers = labels.ticks.map((labelled) => {
    const x = labels.position(labelled);
    const middle = { 'text-anchor': 'middle' };
    const share = chart.poolSize ? poolPercent(labelled, chart.poolSize) : '';
    return (
      text(x, first, wholeNumber(labelled), { fill: theme.ink, ...middle }) +
      (share && text(x, second, share, { fill: theme.muted, ...middle }))
    );
  });
  // The first number is centred on its mark and reaches towards the margin; the rows' names stand clear of it.
  const rowName = { fill: theme.muted, 'text-anchor': 'end' };
  return group({ class: 'axis labels' }, [
    element('line', { x1: left, x2: right, y1: bottom, y2: bottom, stroke: theme.axis }),
    text(left - 14, first, 'labels', rowName),
    chart.poolSize && numbers.length > 0 ? text(left - 14, second, 'of pool', rowName) : '',
    ...marks,
    ...numbers,
  ]);
}

/** How reference lines are drawn, in the plot and in the legend. */
export const referenceStroke = (theme: Theme) => ({
  stroke: theme.ink,
  'stroke-width': 1.25,
  'stroke-dasharray': '1 3.5',
  'stroke-linecap': 'round',
});

export function referenceLines({ chart, layout, metric, theme }: Drawing): string {
  const lines = referencesOf(chart).map((reference) => {
    const y = metric.position(reference.value);
    return element('line', { x1: layout.left, x2: layout.right, y1: y, y2: y, ...referenceStroke(theme) });
  });
  return lines.length > 0 ? group({ class: 'references' }, lines) : '';
}

/** What stands in the plot as long as there is nothing to draw. */
export function emptyNote({ chart, layout, theme }: Drawing): string {
  if (budgetsOf(chart).length > 0) return '';
  const x = (layout.left + layout.right) / 2;
  const y = (layout.top + layout.bottom) / 2 - 12;
  // The background's outline keeps grid lines out of the letters.
  const halo = { stroke: theme.background, 'stroke-width': 8, 'paint-order': 'stroke', 'stroke-linejoin': 'round' };
  return text(x, y, 'No results yet', {
    class: 'empty',
    fill: theme.muted,
    'font-size': 15,
    'text-anchor': 'middle',
    ...halo,
  });
}

/** What lines and bands are, below everything. */
export function footnote({ chart, layout, theme }: Drawing): string {
  const lines = footnoteLines(chart, layout.width);
  const first = layout.height - 12 - footnoteLine * (lines.length - 1);
  const look = { class: 'footnote', fill: theme.muted, 'font-size': footnoteSize };
  return lines.map((line, i) => text(margin, first + i * footnoteLine, line, look)).join('\n');
}
