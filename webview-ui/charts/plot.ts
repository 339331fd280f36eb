import { announcePoint, labelCount } from '../../src/shared/chart/announce';
import type { CurveChart } from '../../src/shared/chart/curve';
import { captionOf } from '../../src/shared/chart/frame';
import { type Drawing, drawingOf } from '../../src/shared/chart/layout';
import { notesOf } from '../../src/shared/chart/notes';
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
  const picture = new Picture(frame);
  let chart: CurveChart | null = null;
  let reading: Reading | null = null;
  let pointed: number | null = null;

  const budget = () => pointed ?? reading?.labelled ?? null;
  const drawCursor = () => picture.cursor(budget(), pointed === null ? reading : null);
  const render = () => {
    if (!chart) return;
    const drawing = picture.draw(chart);
    setText(caption, captionOf(chart, drawing.metric.lowest));
    setText(notes, notesOf(chart));
    drawCursor();
  };
  const moved = (to: { readonly pointed?: number | null; readonly reading?: Reading | null }) => {
    if (to.pointed !== undefined) pointed = to.pointed;
    if (to.reading !== undefined) reading = to.reading;
    drawCursor();
    heard.budget(budget());
  };

  const point = (event: PointerEvent) => {
    const next = picture.budgetAt(event.clientX);
    if (next !== pointed) moved({ pointed: next });
  };
  frame.addEventListener('pointermove', point);
  frame.addEventListener('pointerdown', point);
  frame.addEventListener('pointerleave', () => moved({ pointed: null }));
  frame.addEventListener('blur', () => moved({ reading: null }));
  frame.addEventListener('keydown', (event) => {
    if (!chart || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape' && reading) return moved({ reading: null });
    if (!isReadingKey(event.key)) return;
    event.preventDefault();
    const next = moveReading(chart, reading, event.key);
    moved({ reading: next, pointed: null });
    if (next) heard.say(spoken(chart, next));
  });
  whenWider(frame, render);
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
    emphasise: (series) => picture.emphasise(series),
  };
}

/** What a screen reader says of a point. */
function spoken(chart: CurveChart, { series, labelled }: Reading): string {
  const [curve, point] = [chart.series[series], pointAt(chart, series, labelled)];
  return curve && point ? announcePoint(chart, curve, point) : '';
}

/** Only for a new width: the chart's own height changes by drawing. */
function whenWider(frame: HTMLElement, render: () => void): void {
  let width = 0;
  new ResizeObserver(() => {
    if (frame.clientWidth !== width) render();
    width = frame.clientWidth;
  }).observe(frame);
}

/** The drawing in its frame. */
class Picture {
  private chart: CurveChart | null = null;
  private drawing: Drawing | null = null;
  private svg: SVGSVGElement | null = null;
  private emphasised: number | null = null;

  constructor(private readonly frame: HTMLElement) {}

  /** Draws a chart as wide as the frame is now. */
  draw(chart: CurveChart): Drawing {
    const width = Math.max(smallestWidth, Math.floor(this.frame.clientWidth));
    const height = Math.round(Math.max(250, Math.min(540, 0.6 * width, window.innerHeight - 210)));
    const drawing = drawingOf(chart, theme, width, height, { bare: true });
    const svg = svgNode(renderCurveChart(chart, { theme: 'vscode', width, height, bare: true }));
    // A title element would follow the pointer as a tooltip over the whole chart.
    svg.querySelector(':scope > title')?.remove();
    svg.removeAttribute('aria-labelledby');
    svg.setAttribute('aria-label', chart.title);
    this.frame.replaceChildren(svg);
    this.chart = chart;
    this.drawing = drawing;
    this.svg = svg;
    this.emphasise(this.emphasised);
    return drawing;
  }

  /** Lets one curve stand out; null: none. */
  emphasise(series: number | null): void {
    this.emphasised = series;
    this.frame.classList.toggle('emphasis', series !== null);
    for (const curve of this.svg?.querySelectorAll('.series, .band') ?? [])
      curve.classList.toggle('emphasised', curve.getAttribute('data-series') === String(series));
  }

  /** The crosshair at a number of labels, with the point that is read there; null takes it away. */
  cursor(labelled: number | null, reading: Reading | null): void {
    this.svg?.querySelector('.cursor')?.remove();
    if (!this.svg || !this.drawing || !this.chart || labelled === null) return;
    this.svg.append(crosshair(this.chart, this.drawing, labelled, reading));
  }

  /** The number of labels at a place of the window; null beside the plot. */
  budgetAt(clientX: number): number | null {
    if (!this.svg || !this.drawing || !this.chart) return null;
    const { labels, layout } = this.drawing;
    const x = clientX - this.svg.getBoundingClientRect().left;
    if (x < layout.left - 12 || x > layout.right + 12) return null;
    return nearestBudget(this.chart, (labelled) => Math.abs(labels.position(labelled) - x));
  }
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
