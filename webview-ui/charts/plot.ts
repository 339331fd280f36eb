import { announcePoint, labelCount } from '../../src/shared/chart/announce';
import type { CurveChart } from '../../src/shared/chart/curve';
import { captionOf, notesOf } from '../../src/shared/chart/frame';
import { type Drawing, drawingOf } from '../../src/shared/chart/layout';
import { isReadingKey, moveReading, nearestBudget, pointAt, type Reading } from '../../src/shared/chart/reading';
import { renderCurveChart } from '../../src/shared/chart/render';
import { textWidth } from '../../src/shared/chart/text';
import { themeOf } from '../../src/shared/chart/theme';
import type { ChartTexts } from '../../src/shared/protocol/charts';
import { element, setAttribute, setText } from '../common/element';
import { svgElement, svgNode } from './svgNode';

export interface Plot {
  readonly node: HTMLElement;
  draw(chart: CurveChart, texts: ChartTexts): void;
  /** Lets one curve stand out; null: none. */
  emphasise(series: number | null): void;
}

const theme = themeOf('vscode');
const smallestWidth = 260;

/** The chart itself: it fits its width, follows the pointer with a crosshair, and is read by the arrow keys. */
export function createPlot(heard: {
  /** The number of labels under the pointer or the keyboard changed. */
  readonly budget: (labelled: number | null) => void;
  readonly say: (text: string) => void;
}): Plot {
  const hint = element('p', { class: 'visually-hidden', attributes: { id: 'keys' } });
  const caption = element('p', { class: 'caption' });
  const notes = element('p', { class: 'caption' });
  const frame = element('div', {
    class: 'plot',
    attributes: { tabindex: 0, role: 'application', 'aria-describedby': 'curve-desc keys' },
  });
  let chart: CurveChart | null = null;
  let drawing: Drawing | null = null;
  let svg: SVGSVGElement | null = null;
  let emphasised: number | null = null;
  let reading: Reading | null = null;
  let pointed: number | null = null;

  const render = () => {
    if (!chart) return;
    const width = Math.max(smallestWidth, Math.floor(frame.clientWidth));
    const height = Math.round(Math.max(250, Math.min(540, 0.6 * width, window.innerHeight - 210)));
    drawing = drawingOf(chart, theme, width, height, { bare: true });
    svg = svgNode(renderCurveChart(chart, { theme: 'vscode', width, height, bare: true }));
    // A title element would follow the pointer as a tooltip over the whole chart.
    svg.querySelector(':scope > title')?.remove();
    svg.removeAttribute('aria-labelledby');
    svg.setAttribute('aria-label', chart.title);
    frame.replaceChildren(svg);
    setText(caption, captionOf(chart, drawing.metric.lowest));
    setText(notes, notesOf(drawing));
    drawEmphasis();
    drawCursor();
  };

  const drawEmphasis = () => {
    frame.classList.toggle('emphasis', emphasised !== null);
    for (const curve of svg?.querySelectorAll('.series, .band') ?? [])
      curve.classList.toggle('emphasised', curve.getAttribute('data-series') === String(emphasised));
  };

  const budget = () => pointed ?? reading?.labelled ?? null;

  const drawCursor = () => {
    svg?.querySelector('.cursor')?.remove();
    const labelled = budget();
    if (!svg || !drawing || !chart || labelled === null) return;
    svg.append(crosshair(chart, drawing, labelled, pointed === null ? reading : null));
  };

  const moved = () => {
    drawCursor();
    heard.budget(budget());
  };

  const point = (event: PointerEvent) => {
    if (!svg || !drawing || !chart) return;
    const { labels, layout } = drawing;
    const x = event.clientX - svg.getBoundingClientRect().left;
    const near = x >= layout.left - 12 && x <= layout.right + 12;
    const next = near ? nearestBudget(chart, (labelled) => Math.abs(labels.position(labelled) - x)) : null;
    if (next === pointed) return;
    pointed = next;
    moved();
  };
  frame.addEventListener('pointermove', point);
  frame.addEventListener('pointerdown', point);
  frame.addEventListener('pointerleave', () => {
    pointed = null;
    moved();
  });
  frame.addEventListener('keydown', (event) => {
    if (!chart || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape' && reading) {
      reading = null;
      moved();
    } else if (isReadingKey(event.key)) {
      event.preventDefault();
      reading = moveReading(chart, reading, event.key);
      pointed = null;
      moved();
      const at = reading && pointAt(chart, reading.series, reading.labelled);
      const series = reading && chart.series[reading.series];
      if (series && at) heard.say(announcePoint(chart, series, at));
    }
  });
  frame.addEventListener('blur', () => {
    reading = null;
    moved();
  });

  let width = 0;
  new ResizeObserver(() => {
    // Only a new width: the chart's own height changes by drawing.
    if (frame.clientWidth !== width) render();
    width = frame.clientWidth;
  }).observe(frame);
  window.addEventListener('resize', render);

  return {
    node: element('div', { class: 'plot-area', children: [caption, frame, notes, hint] }),
    draw(next, texts) {
      chart = next;
      hint.textContent = texts.keys;
      setAttribute(frame, 'aria-label', next.title);
      setAttribute(frame, 'aria-roledescription', texts.chart);
      const lost = reading !== null && !pointAt(next, reading.series, reading.labelled);
      if (lost) reading = null;
      pointed = null;
      render();
      heard.budget(budget());
    },
    emphasise(series) {
      emphasised = series;
      drawEmphasis();
    },
  };
}

/** A line at a number of labels, a ring around each curve's point there, and the number above. */
function crosshair(chart: CurveChart, { labels, layout, metric }: Drawing, labelled: number, read: Reading | null) {
  const x = labels.position(labelled);
  const group = svgElement('g', { class: 'cursor', 'aria-hidden': 'true' });
  group.append(svgElement('line', { class: 'crosshair', x1: x, x2: x, y1: layout.top - 4, y2: layout.bottom }));
  for (const [i] of chart.series.entries()) {
    const point = pointAt(chart, i, labelled);
    if (!point) continue;
    const current = read?.series === i;
    group.append(
      svgElement('circle', {
        class: current ? 'ring current' : 'ring',
        cx: x,
        cy: metric.position(point.mean),
        r: current ? 9 : 6,
      }),
    );
  }
  const caption = labelCount(labelled);
  const half = textWidth(caption, 12) / 2;
  const middle = Math.max(layout.left + half, Math.min(layout.right - half, x));
  const text = svgElement('text', { x: middle, y: layout.top - 9, 'text-anchor': 'middle' });
  text.textContent = caption;
  group.append(text);
  return group;
}
