import { element, setAttribute, setText } from '../common/element';
import type { Actions, Part } from './actions';
import type { LabellingModel } from './model';
import type { Selection } from './selection';
import { statusMarks } from './statusMark';
import { showThumbnail } from './strip';
import { describe, fileName, fill } from './texts';

/** Size of one cell with its gap, in pixels; the style sheet has the same. */
const WIDTH = 112;
const HEIGHT = 132;
const MARGIN_ROWS = 2;

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
  const root = element('section', { class: 'grid', children: [list, summary] });
  const cells = new Map<number, Cell>();
  let columns = 1;

  const draw = () => {
    if (root.hidden) return;
    const total = model.state.images.length;
    columns = Math.max(1, Math.floor(list.clientWidth / WIDTH));
    track.style.height = `${Math.ceil(total / columns) * HEIGHT}px`;
    const first = Math.max(0, Math.floor(list.scrollTop / HEIGHT) - MARGIN_ROWS) * columns;
    const rows = Math.ceil(list.clientHeight / HEIGHT) + 2 * MARGIN_ROWS + 1;
    const last = Math.min(total, first + rows * columns) - 1;
    for (const [index, cell] of cells)
      if (index < first || index > last) {
        cell.root.remove();
        cells.delete(index);
      }
    for (let index = first; index <= last; index++) drawCell(index);
    setAttribute(list, 'aria-activedescendant', cells.has(model.position) ? `cell-${model.position}` : null);
    setText(summary, selection.size > 0 ? fill(texts.selection, selection.size) : texts.selectionHint);
  };

  const drawCell = (index: number) => {
    const image = model.image(index);
    if (!image) return;
    const { id, uri } = image;
    let cell = cells.get(index);
    if (!cell) {
      cell = makeCell(index);
      cells.set(index, cell);
      track.append(cell.root);
    }
    const pitch = list.clientWidth / columns;
    const left = Math.floor((index % columns) * pitch + (pitch - WIDTH) / 2);
    cell.root.style.transform = `translate(${left}px, ${Math.floor(index / columns) * HEIGHT}px)`;
    const text = describe(model, index);
    const view = model.view(index);
    const chosen = selection.has(index);
    const active = index === model.position;
    const shown = JSON.stringify([id, uri, text, chosen, active, view.status]);
    if (shown === cell.shown) return;
    cell.shown = shown;
    const name = fill(texts.imageAlt, fileName(id), index + 1, model.state.images.length);
    setAttribute(cell.root, 'aria-label', `${name}: ${text}`);
    setAttribute(cell.root, 'aria-selected', String(chosen));
    setAttribute(cell.root, 'title', `${fileName(id)}: ${text}`);
    cell.root.classList.toggle('active', active);
    cell.marks.replaceChildren(...statusMarks(view));
    setText(cell.label, view.label ?? (view.status === 'open' ? '' : text));
    showThumbnail(cell.root, uri, () => actions.seen(id, false));
  };

  const makeCell = (index: number): Cell => {
    const marks = element('span', { class: 'marks' });
    const label = element('bdi', { class: 'cell-label' });
    const cell = element('div', {
      class: 'cell',
      attributes: {
        role: 'option',
        id: `cell-${index}`,
        'aria-posinset': index + 1,
        'aria-setsize': model.state.images.length,
      },
      on: {
        click: (event) => {
          if (event.shiftKey) selection.extendTo(index);
          else if (event.ctrlKey || event.metaKey) selection.toggle(index);
          else if (selection.size === 1 && selection.has(index)) selection.clear();
          else selection.only(index);
          moved(index);
        },
        dblclick: () => {
          selection.clear();
          actions.goTo(index);
          actions.toggleGrid();
        },
      },
      children: [marks, label],
    });
    return { root: cell, marks, label, shown: '' };
  };

  const moved = (index: number) => {
    model.position = index;
    const top = Math.floor(index / columns) * HEIGHT;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + HEIGHT > list.scrollTop + list.clientHeight) list.scrollTop = top + HEIGHT - list.clientHeight;
    actions.selectionChanged();
  };

  list.addEventListener('keydown', (event) => {
    const total = model.state.images.length;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      const all = model.state.images.map((_, index) => index);
      const open = all.filter((index) => model.view(index).status === 'open');
      selection.all(open.length > 0 ? open : all);
      event.preventDefault();
      return actions.selectionChanged();
    }
    const page = Math.max(1, Math.floor(list.clientHeight / HEIGHT)) * columns;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      PageUp: -page,
      PageDown: page,
      Home: -total,
      End: total,
    };
    if (event.key === ' ') {
      selection.toggle(model.position);
      event.preventDefault();
      return actions.selectionChanged();
    }
    const step = (Object.hasOwn(steps, event.key) && steps[event.key]) || 0;
    if (step === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const far = Math.abs(step) > columns;
    const to = model.position + step;
    if (!far && (to < 0 || to >= total)) return;
    const target = Math.max(0, Math.min(total - 1, to));
    if (event.shiftKey) {
      if (selection.size === 0) selection.only(model.position);
      selection.extendTo(target);
    }
    moved(target);
  });
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
