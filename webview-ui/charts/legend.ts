import { budgetLabel, seriesLabel, valueLabel } from '../../src/shared/chart/announce';
import type { BudgetChart, CurveEntry } from '../../src/shared/chart/budgetChart';
import { type CurveChart, type CurveSeries, comparesPretraining, drawablePoints } from '../../src/shared/chart/curve';
import { renderSample } from '../../src/shared/chart/legendMarks';
import { type SeriesStyle, stylesOf } from '../../src/shared/chart/seriesStyle';
import { themeOf } from '../../src/shared/chart/theme';
import { fill } from '../../src/shared/fill';
import type { ChartTexts } from '../../src/shared/protocol/charts';
import { element, setAttribute, setText } from '../common/element';
import { svgNode } from './svgNode';

export interface Legend {
  readonly node: HTMLElement;
  draw(content: BudgetChart, texts: ChartTexts): void;
  /** Shows the values at this number of labels; null: each curve's last. */
  showValues(labelled: number | null): void;
}

interface Row {
  readonly entry: CurveEntry;
  readonly item: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly value: HTMLElement;
}

const theme = themeOf('vscode');

/** Where some curves are pre-trained and others are not, each kind has a heading; hollow markers say it, too. */
const variants = [
  { pretrained: undefined, id: 'legend-others', text: '' },
  { pretrained: true, id: 'legend-pretrained', text: 'Pre-trained' },
  { pretrained: false, id: 'legend-scratch', text: 'No pre-training' },
] as const;

/** Id of the heading over all of them. */
const TITLE = 'legend-title';

/** From this many curves in a group on, they are switched on and off together, too. */
const MANY = 8;

/** What the legend tells of. */
export interface LegendListener {
  readonly toggle: (entry: CurveEntry) => void;
  /** All curves of a group at once. */
  readonly toggleAll: (entries: readonly CurveEntry[], shown: boolean) => void;
  readonly showAll: () => void;
  /** The curve (by its place in the chart) under the pointer or the keyboard. */
  readonly point: (series: number | null) => void;
}

/** The curves as buttons that switch them on and off, best first, with their values. */
export function createLegend(heard: LegendListener): Legend {
  const title = element('h2', { attributes: { id: TITLE } });
  const groups = variants.map((variant) => createGroup(variant, heard));
  const showAll = element('button', {
    class: 'link',
    attributes: { type: 'button' },
    on: { click: () => heard.showAll() },
  });
  const node = element('aside', { class: 'legend', children: [title, ...groups.map((group) => group.node), showAll] });
  let rows = new Map<string, Row>();
  let chart: CurveChart | null = null;
  let texts: ChartTexts | null = null;
  let labelled: number | null = null;

  const rowOf = (entry: CurveEntry): Row => {
    const row = emptyRow(entry);
    const { button } = row;
    const place = () => chart?.series.indexOf(rows.get(entry.key)?.entry.series ?? entry.series) ?? -1;
    const point = () => heard.point(place() >= 0 ? place() : null);
    const leave = () => heard.point(null);
    button.addEventListener('click', () => heard.toggle(rows.get(entry.key)?.entry ?? entry));
    button.addEventListener('pointerenter', point);
    button.addEventListener('focus', point);
    button.addEventListener('pointerleave', leave);
    button.addEventListener('blur', leave);
    return row;
  };

  const values = () => {
    if (!chart || !texts) return;
    setText(title, labelled === null ? texts.atEnd : fill(texts.at, budgetLabel(chart, labelled)));
    for (const row of rows.values()) setText(row.value, valueAt(row.entry, labelled, texts));
  };

  return {
    node,
    draw(content, nextTexts) {
      chart = content.chart;
      texts = nextTexts;
      const all = { ...chart, series: content.entries.map((entry) => entry.series) };
      const styles = stylesOf(all, theme, 46);
      const drawn = content.entries.map((entry, i) =>
        drawRow({ ...(rows.get(entry.key) ?? rowOf(entry)), entry }, styles[i]!, nextTexts),
      );
      rows = new Map(drawn.map((row) => [row.entry.key, row]));
      const focused = document.activeElement;
      drawGroups(
        groups,
        ranked(content).flatMap(({ key }) => rows.get(key) ?? []),
        comparesPretraining(all),
        texts,
      );
      // Moving a button takes the focus from it.
      if (focused instanceof HTMLElement && node.contains(focused)) focused.focus();
      showAll.hidden = content.entries.every((entry) => entry.shown);
      setText(showAll, texts.showAll);
      values();
    },
    showValues(at) {
      labelled = at;
      values();
    },
  };
}

function emptyRow(entry: CurveEntry): Row {
  const value = element('span', { class: 'value' });
  const button = element('button', { attributes: { type: 'button' } });
  return { entry, item: element('li', { children: [button] }), button, value };
}

/** A curve's value at a number of labels, or its last. */
function valueAt({ series }: CurveEntry, labelled: number | null, texts: ChartTexts): string {
  const points = drawablePoints(series);
  const point = labelled === null ? points.at(-1) : points.find((one) => one.labelled === labelled);
  if (point) return valueLabel(point);
  return points.length === 0 ? texts.noResults : '–';
}

/** Puts rows into their groups; into the first alone where there is but one kind. */
function drawGroups(groups: readonly Group[], rows: readonly Row[], mixed: boolean, texts: ChartTexts): void {
  for (const [i, group] of groups.entries()) {
    const own = rows.filter(({ entry }) => (mixed ? group.pretrained === entry.series.pretrained : i === 0));
    group.draw(own, texts, mixed);
  }
}

type Group = ReturnType<typeof createGroup>;

function drawRow(row: Row, style: SeriesStyle, texts: ChartTexts): Row {
  const { entry, button, value } = row;
  setAttribute(button, 'aria-pressed', String(entry.shown));
  setAttribute(button, 'aria-disabled', entry.locked && 'true');
  setAttribute(button, 'title', seriesLabel(entry.series) + (entry.locked ? `: ${texts.locked}` : ''));
  button.replaceChildren(svgNode(renderSample(style, theme)), nameOf(entry.series), value);
  return row;
}

/** One kind of curves: a heading where there are several, and a list. */
function createGroup({ pretrained, id, text }: (typeof variants)[number], heard: LegendListener) {
  const heading = element('h3', { text, attributes: { id } });
  const list = element('ul');
  const all = element('button', { class: 'link all', attributes: { type: 'button' } });
  const head = element('div', { class: 'head', children: [heading, all] });
  const node = element('section', { children: [head, list] });
  let own: readonly CurveEntry[] = [];
  all.addEventListener('click', () => heard.toggleAll(own, !own.some((entry) => entry.shown)));
  return {
    pretrained,
    node,
    /** `mixed`: there are other kinds, too. */
    draw(rows: readonly Row[], texts: ChartTexts, mixed: boolean): void {
      node.hidden = rows.length === 0;
      heading.hidden = !mixed || pretrained === undefined;
      setAttribute(list, 'aria-labelledby', heading.hidden ? TITLE : heading.id);
      own = rows.map(({ entry }) => entry).filter(({ locked }) => !locked);
      all.hidden = own.length < MANY;
      setText(all, own.some((entry) => entry.shown) ? texts.hideGroup : texts.showGroup);
      setAttribute(all, 'aria-label', heading.hidden ? null : `${all.textContent}: ${heading.textContent}`);
      head.hidden = heading.hidden && all.hidden;
      const items = rows.map(({ item }) => item);
      if (items.length !== list.children.length || items.some((item, at) => list.children[at] !== item))
        list.replaceChildren(...items);
    },
  };
}

/** In the order of the curves' ends, so that the legend reads like the chart from top to bottom. */
function ranked({ chart, entries }: BudgetChart): CurveEntry[] {
  const end = ({ series }: CurveEntry) => drawablePoints(series).at(-1)?.mean ?? Number.NEGATIVE_INFINITY;
  const sign = chart.lowerIsBetter ? -1 : 1;
  return [...entries].sort((a, b) => sign * (end(b) - end(a)) || entries.indexOf(a) - entries.indexOf(b));
}

/** Isolated, so that a name written from right to left leaves what follows in its place. */
const nameOf = ({ name }: CurveSeries): HTMLElement =>
  element('span', { class: 'name', children: [element('bdi', { text: name })] });
