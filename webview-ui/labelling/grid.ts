import { fill } from '../../src/shared/fill';
import { percent } from '../../src/shared/percent';
import type { BatchImage } from '../../src/shared/protocol/labelling';
import { element, setAttribute, setText } from '../common/element';
import { toolButton } from '../common/toolButton';
import type { Actions, Part } from './actions';
import type { LabellingModel, Status } from './model';
import type { Selection } from './selection';
import { statusMarks } from './statusMark';
import { showThumbnail } from './strip';
import { describe, fileName, menuContext } from './texts';

/** Around a picture, and the line below it, in pixels; the style sheet has the same. */
const PADDING = 8;
const LINE = 24;
const MARGIN_ROWS = 2;

/** Size of one cell. */
const widthOf = ({ cell }: LabellingModel): number => cell + PADDING;
const heightOf = ({ cell }: LabellingModel): number => cell + PADDING + LINE;

interface Cell {
  readonly root: HTMLElement;
  readonly marks: HTMLElement;
  readonly label: HTMLElement;
  shown: string;
}

/**
 * Many small images at once: select by mouse or keyboard, then give a class to all of them. A list box, of which only
 * the rows in sight exist; the focus stays on the list itself, so it can't get lost with a row.
 */
export function createGrid(model: LabellingModel, actions: Actions, selection: Selection): Part & { focus(): void } {
  const { texts } = model.state;
  const track = element('div', { class: 'track', attributes: { role: 'presentation' } });
  const list = element('div', {
    class: 'cells',
    attributes: { role: 'listbox', tabindex: 0, 'aria-multiselectable': 'true', 'aria-label': texts.strip },
    children: [track],
  });
  const summary = element('p', { class: 'selection' });
  const accept = toolButton({
    icon: 'spark',
    label: texts.accept,
    key: 'Enter',
    wide: true,
    press: () => actions.answer(undefined),
  });
  const below = element('div', { class: 'grid-foot', children: [summary, accept] });
  const root = element('section', { class: 'grid', children: [list, below] });
  const cells = new Map<number, Cell>();
  let columns = 1;

  const draw = () => {
    if (root.hidden) return;
    const total = model.state.images.length;
    columns = Math.max(1, Math.floor(list.clientWidth / widthOf(model)));
    track.style.height = `${Math.ceil(total / columns) * heightOf(model)}px`;
    root.style.setProperty('--cell-size', `${model.cell}px`);
    root.classList.toggle('crop', model.crop);
    accept.hidden = model.state.suggestions.status !== 'on';
    const { first, last } = inSight(list, heightOf(model), columns, total);
    for (const [place, cell] of cells)
      if (place < first || place > last) {
        cell.root.remove();
        cells.delete(place);
      }
    for (let place = first; place <= last; place++) drawCell(place);
    const current = placeOf(model.position);
    setAttribute(list, 'aria-activedescendant', cells.has(current) ? `cell-${current}` : null);
    setText(summary, selection.size > 0 ? fill(texts.selection, selection.size) : texts.selectionHint);
  };

  const indexAt = (place: number): number => model.gridOrder[place] ?? place;
  const placeOf = (index: number): number => model.gridOrder.indexOf(index);

  const drawCell = (place: number) => {
    const index = indexAt(place);
    const image = model.image(index);
    if (!image) return;
    let cell = cells.get(place);
    if (!cell) {
      cell = makeCell(place, model.state.images.length, cellEvents(place));
      cells.set(place, cell);
      track.append(cell.root);
    }
    cell.root.style.transform = shiftOf(place, columns, { model, room: list.clientWidth });
    showImage(cell, { image, index, model, chosen: selection.has(index) }, () => actions.seen(image.id, false));
  };

  const cellEvents = (place: number): CellEvents => ({
    click(event) {
      choose(event, selection, indexAt(place), model.gridOrder);
      moved(indexAt(place));
    },
    dblclick() {
      selection.clear();
      actions.goTo(indexAt(place));
      actions.toggleGrid();
    },
  });

  const moved = (index: number) => {
    model.position = index;
    scrollTo(list, Math.floor(placeOf(index) / columns) * heightOf(model), heightOf(model));
    actions.selectionChanged();
  };

  listenToKeys(list, { model, selection, columns: () => columns, moved, changed: actions.selectionChanged });
  list.addEventListener('scroll', draw, { passive: true });
  new ResizeObserver(draw).observe(list);

  return {
    root,
    focus: () => list.focus({ preventScroll: true }),
    update() {
      root.hidden = !model.grid || model.finished || model.state.images.length === 0;
      draw();
    },
  };
}

/** The images that exist on the page: those of the rows in sight, and of some beyond. */
function inSight(
  list: HTMLElement,
  height: number,
  columns: number,
  total: number,
): { readonly first: number; readonly last: number } {
  const first = Math.max(0, Math.floor(list.scrollTop / height) - MARGIN_ROWS) * columns;
  const rows = Math.ceil(list.clientHeight / height) + 2 * MARGIN_ROWS + 1;
  return { first, last: Math.min(total, first + rows * columns) - 1 };
}

function shiftOf(
  place: number,
  columns: number,
  { model, room }: { readonly model: LabellingModel; readonly room: number },
): string {
  const pitch = room / columns;
  const left = Math.floor((place % columns) * pitch + (pitch - widthOf(model)) / 2);
  return `translate(${left}px, ${Math.floor(place / columns) * heightOf(model)}px)`;
}

/** As little as it takes for the row at `top` to be seen. */
function scrollTo(list: HTMLElement, top: number, height: number): void {
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + height > list.scrollTop + list.clientHeight) list.scrollTop = top + height - list.clientHeight;
}

/** What a click on an image does to the selection. */
function choose(
  { shiftKey, ctrlKey, metaKey }: MouseEvent,
  selection: Selection,
  index: number,
  order: readonly number[],
): void {
  if (shiftKey) selection.extendTo(index, order);
  else if (ctrlKey || metaKey) selection.toggle(index);
  else if (selection.size === 1 && selection.has(index)) selection.clear();
  else selection.only(index);
}

/** Arrows move, with Shift they select; Space selects the image that is current, Ctrl+A all. */
function listenToKeys(
  list: HTMLElement,
  grid: {
    readonly model: LabellingModel;
    readonly selection: Selection;
    /** Images in a row. */
    readonly columns: () => number;
    /** Another image is current. */
    readonly moved: (index: number) => void;
    readonly changed: () => void;
  },
): void {
  const { model, selection } = grid;
  /** A step beyond the ends goes to the end only if it is a far one. */
  const move = (step: number, extend: boolean) => {
    const last = model.state.images.length - 1;
    const order = model.gridOrder;
    const to = order.indexOf(model.position) + step;
    if (Math.abs(step) <= grid.columns() && (to < 0 || to > last)) return;
    const target = order[Math.max(0, Math.min(last, to))] ?? model.position;
    if (extend) {
      if (selection.size === 0) selection.only(model.position);
      selection.extendTo(target, order);
    }
    grid.moved(target);
  };
  list.addEventListener('keydown', (event) => {
    const step = stepOf(event.key, grid.columns(), Math.max(1, Math.floor(list.clientHeight / heightOf(model))));
    const modified = event.ctrlKey || event.metaKey;
    const all = modified && event.key.toLowerCase() === 'a';
    if (!all && event.key !== ' ' && (modified || event.altKey || step === 0)) return;
    event.preventDefault();
    if (all) selectAll(model, selection);
    else if (event.key === ' ') selection.toggle(model.position);
    else return move(step, event.shiftKey);
    grid.changed();
  });
}

interface CellEvents {
  readonly click: (event: MouseEvent) => void;
  readonly dblclick: () => void;
}

function makeCell(place: number, total: number, on: CellEvents): Cell {
  const marks = element('span', { class: 'marks' });
  const label = element('bdi', { class: 'cell-label' });
  const attributes = { role: 'option', id: `cell-${place}`, 'aria-posinset': place + 1, 'aria-setsize': total };
  return { root: element('div', { class: 'cell', attributes, on, children: [marks, label] }), marks, label, shown: '' };
}

/** Brings a cell up to date, where anything about its image has changed. */
function showImage(
  cell: Cell,
  of: { readonly image: BatchImage; readonly index: number; readonly model: LabellingModel; readonly chosen: boolean },
  failed: () => void,
): void {
  const { image, index, model, chosen } = of;
  const { id, uri } = image;
  const text = describe(model, index);
  const view = model.view(index);
  const active = index === model.position;
  const guess = guessOf(model, image, view.status);
  const shown = JSON.stringify([id, uri, text, chosen, active, view.status, guess]);
  if (shown === cell.shown) return;
  cell.shown = shown;
  cell.root.dataset.vscodeContext = menuContext(model.state, id);
  const name = fill(model.state.texts.imageAlt, fileName(id), index + 1, model.state.images.length);
  setAttribute(cell.root, 'aria-label', [`${name}: ${text}`, guess].filter((part) => part !== null).join(', '));
  setAttribute(cell.root, 'aria-selected', String(chosen));
  setAttribute(cell.root, 'title', `${fileName(id)}: ${text}`);
  cell.root.classList.toggle('active', active);
  cell.marks.replaceChildren(...statusMarks(view));
  setText(cell.label, view.label ?? guess ?? (view.status === 'open' ? '' : text));
  cell.label.classList.toggle('guess', view.label === null && guess !== null);
  showThumbnail(cell.root, uri, failed);
}

/** What the model would answer, where nobody has. */
function guessOf(model: LabellingModel, { id }: BatchImage, status: Status): string | null {
  const suggestion = status === 'open' || status === 'others' ? model.suggestionFor(id) : null;
  return suggestion && `${suggestion.label} ${percent(suggestion.probability, 0)}`;
}

/** How far a key goes through the images; 0 for one that goes nowhere. `rows`: of a page. */
function stepOf(key: string, columns: number, rows: number): number {
  const steps = new Map([
    ['ArrowLeft', -1],
    ['ArrowRight', 1],
    ['ArrowUp', -columns],
    ['ArrowDown', columns],
    ['PageUp', -rows * columns],
    ['PageDown', rows * columns],
    ['Home', Number.NEGATIVE_INFINITY],
    ['End', Number.POSITIVE_INFINITY],
  ]);
  return steps.get(key) ?? 0;
}

/** All images without an answer; all there are where each has one. */
function selectAll(model: LabellingModel, selection: Selection): void {
  const all = model.state.images.map((_, index) => index);
  const open = all.filter((index) => model.view(index).status === 'open');
  selection.all(open.length > 0 ? open : all);
}
