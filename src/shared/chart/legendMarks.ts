import { referenceStroke } from './frame';
import { type Drawing, fontSize, margin, tickRows } from './layout';
import { type LegendRow, legendAtRight, legendBelow, sampleWidth } from './legend';
import { marker } from './marks';
import type { SeriesStyle } from './seriesStyle';
import { element, group, round, text } from './svg';
import { escapeXml } from './text';
import type { Theme } from './theme';

/** The legend, never over the curves: beside their ends, or below the plot when the picture is narrow. */
export function legend(drawing: Drawing): string {
  return group(
    { class: 'legend' },
    rowsOf(drawing).map((row) => legendRow(drawing, row)),
  );
}

function rowsOf({ chart, layout, labels, metric }: Drawing): LegendRow[] {
  if (layout.legendX === null) {
    const top = layout.bottom + tickRows(chart) + 16;
    return legendBelow(chart, { x: margin, width: layout.width - 2 * margin, top }, fontSize);
  }
  const box = {
    x: layout.legendX,
    width: layout.width - layout.legendX - margin,
    top: layout.top,
    bottom: layout.bottom,
    lastLabelled: labels.marks.length > 1 ? labels.last : null,
  };
  return legendAtRight(chart, box, metric.position, fontSize);
}

function legendRow({ layout, styles, theme }: Drawing, row: LegendRow): string {
  const style = row.kind === 'series' ? styles[row.index] : null;
  const end = row.x + sampleWidth - 8;
  const at = { x1: row.x, x2: end, y1: row.y, y2: row.y };
  const sample = style
    ? seriesSample(style, theme, row.x, end, row.y)
    : element('line', { ...at, ...referenceStroke(theme) });
  const name =
    // Isolated, so that a name written from right to left leaves what follows in its place.
    element('tspan', { 'unicode-bidi': 'isolate' }, escapeXml(row.name)) +
    (row.suffix && element('tspan', { dx: 4, fill: theme.muted }, escapeXml(row.suffix)));
  const value = row.hasResults ? { fill: theme.ink, 'font-weight': 600 } : { fill: theme.muted };
  const attributes = style ? { class: 'row', 'data-series': row.index } : { class: 'row reference' };
  return group(attributes, [
    element('title', {}, escapeXml(`${row.fullName}: ${row.value}`)),
    row.endY === null ? '' : leader(layout.right + 2, row.endY, row.x - 4, row.y, style?.colour ?? theme.ink),
    sample,
    element('text', { x: row.x + sampleWidth, y: row.y + 4, fill: theme.ink }, name),
    text(row.valueX, row.y + 4, row.value, { ...value, 'text-anchor': 'end' }),
  ]);
}

/** A piece of a series' line with its marker. */
function seriesSample(style: SeriesStyle, theme: Theme, x1: number, x2: number, y: number): string {
  const line = { x1, x2, y1: y, y2: y, stroke: style.colour, 'stroke-width': style.width };
  return element('line', { ...line, 'stroke-dasharray': style.dash }) + marker(style, theme, (x1 + x2) / 2, y, {});
}

/** The sample as a picture of its own, for a legend outside the chart. */
export function renderSample(style: SeriesStyle, theme: Theme): string {
  const [width, height] = [sampleWidth - 8, 16];
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    class: 'warmstart-sample',
    'aria-hidden': 'true',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
  };
  return element('svg', attributes, seriesSample(style, theme, 0, width, height / 2));
}

/** A thin line from a curve's end to its row. */
function leader(x1: number, y1: number, x2: number, y2: number, colour: string): string {
  const [startX, startY, endX, endY] = [x1, y1, x2, y2].map(round);
  const bend = round((x1 + x2) / 2);
  const d = `M${startX},${startY}C${bend},${startY} ${bend},${endY} ${endX},${endY}`;
  return element('path', { class: 'leader', d, fill: 'none', stroke: colour, 'stroke-opacity': 0.5 });
}
