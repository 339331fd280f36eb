import { fill } from '../../src/shared/fill';
import { element, setAttribute, setText } from '../common/element';
import type { Actions, Part } from './actions';
import { createBand } from './band';
import { isReview } from './filter';
import { captionHeight, inSight, type Layout, layoutOf, placesIn, scrolled, scrollTopOf } from './layout';
import type { GalleryModel } from './model';
import type { Thumbnails } from './thumbnails';
import { makeTile, showPicture, showTile, type Tile } from './tile';

/**
 * All images as small pictures, of which only those in sight exist. A list box: the focus stays on the list itself, so it
 * can't get lost with a picture that is scrolled away.
 */
export function createGrid(
  model: GalleryModel,
  actions: Actions,
  thumbnails: Thumbnails,
): Part & { focus(): void; reveal(): void } {
  const track = element('div', { class: 'track', attributes: { role: 'presentation' } });
  const list = element('div', {
    class: 'tiles',
    attributes: {
      role: 'listbox',
      tabindex: 0,
      'aria-multiselectable': 'true',
      'aria-label': model.state.texts.images,
      'aria-keyshortcuts': 'Enter Space Control+A',
    },
    children: [track],
  });
  const nothing = element('div', { class: 'nothing' });
  const root = element('section', { class: 'grid', children: [list, nothing] });
  const tiles = new Map<number, Tile>();
  const spare: Tile[] = [];
  /** What the scroller last said of itself: asking while drawing would lay the page out each time. */
  const room = { width: 0, height: 0, top: 0 };
  let layout: Layout = layoutOf(0, model.size, 1);
  let frame = 0;

  const offset = () => scrolled(layout, room.top, room.height);

  const draw = () => {
    frame = 0;
    if (root.hidden || room.width === 0) return;
    const count = model.view.length;
    const [first, last] = inSight(layout, offset(), room.height, count);
    for (const [place, tile] of tiles)
      if (place < first || place >= last) {
        tiles.delete(place);
        spare.push(tile);
      }
    for (let place = first; place < last; place++) drawTile(place);
    for (const tile of spare.splice(0)) tile.root.remove();
    setAttribute(list, 'aria-activedescendant', tiles.has(model.position) ? `tile-${model.position}` : null);
    look(first, last);
  };

  const drawTile = (place: number) => {
    const image = model.view[place] ?? -1;
    let tile = tiles.get(place);
    if (!tile) {
      tile = spare.pop() ?? makeTile();
      tiles.set(place, tile);
      if (!tile.root.isConnected) track.append(tile.root);
    }
    const x = Math.floor((place % layout.columns) * layout.width);
    const y = Math.floor(place / layout.columns) * layout.height - offset() + room.top;
    tile.root.style.transform = `translate(${x}px, ${Math.round(y)}px)`;
    showTile(tile, model, place, image);
    showPicture(tile, thumbnails.get(image), (isVisible) => {
      actions.seen(image, isVisible);
      if (!isVisible && typeof thumbnails.get(image) === 'string') thumbnails.lost(image);
    });
  };

  /** Has pictures made that are missing, first those that are really seen. */
  const look = (first: number, last: number) => {
    const top = offset();
    const middle = (Math.floor((top + room.height / 2) / layout.height) + 0.5) * layout.columns;
    const places = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
    places.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    thumbnails.look(places.map((place) => model.view[place] ?? -1));
  };

  const measure = () => {
    layout = layoutOf(model.view.length, model.size, Math.max(1, room.width));
    root.style.setProperty('--tile-size', `${model.size}px`);
    root.style.setProperty('--caption-height', `${captionHeight(model.size)}px`);
    root.style.setProperty('--tile-width', `${Math.floor(layout.width)}px`);
    root.classList.toggle('small', model.size < 96);
    track.style.height = `${layout.total}px`;
  };

  const reveal = () => {
    if (room.height === 0) return;
    const row = Math.floor(model.position / layout.columns) * layout.height;
    const top = offset();
    const wanted = row < top ? row : row + layout.height > top + room.height ? row + layout.height - room.height : top;
    if (wanted === top) return;
    list.scrollTop = scrollTopOf(layout, wanted, room.height);
    room.top = list.scrollTop;
  };

  const soon = () => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  list.addEventListener(
    'scroll',
    () => {
      room.top = list.scrollTop;
      soon();
    },
    { passive: true },
  );
  new ResizeObserver(() => {
    const before = layout.columns;
    Object.assign(room, { width: list.clientWidth, height: list.clientHeight, top: list.scrollTop });
    measure();
    if (before !== layout.columns) reveal();
    soon();
  }).observe(list);
  listenToKeys(list, {
    model,
    actions,
    columns: () => layout.columns,
    rows: () => room.height / layout.height,
    reveal,
  });
  listenToMouse(list, {
    model,
    actions,
    placeOf: (tile) => [...tiles].find(([, { root: of }]) => of === tile)?.[0],
    placesIn: (box) => placesIn(layout, box, model.view.length),
    offset,
  });

  return {
    root,
    focus: () => list.focus({ preventScroll: true }),
    reveal,
    update() {
      root.hidden = model.large;
      const isEmpty = model.view.length === 0;
      list.hidden = isEmpty;
      nothing.hidden = !isEmpty;
      if (isEmpty) showNothing(nothing, model, actions);
      measure();
      draw();
    },
  };
}

/** What stands in the place of the pictures: that they are being listed, or that none fits. */
function showNothing(nothing: HTMLElement, { digest, state, filter }: GalleryModel, { show }: Actions): void {
  const { texts, problem } = state;
  const needsModel = filter === 'wrong' || filter.startsWith('predicted:') || isReview(filter);
  const hint = needsModel && state.predictions.status === 'none' ? ` ${texts.predictionsNone}` : '';
  const text = digest === null ? (problem ?? texts.loading) : `${texts.nothing}${hint}`;
  if (nothing.dataset.text === text) return;
  nothing.dataset.text = text;
  nothing.replaceChildren(element('p', { text }));
  if (digest === null) return;
  const all = () => show({ filter: 'all', text: '' });
  nothing.append(
    element('vscode-button', { text: texts.showAll, attributes: { appearance: 'secondary' }, on: { click: all } }),
  );
}

/** Arrows move, with Shift they select; Space selects the image with the focus, Ctrl+A all, Enter shows it large. */
function listenToKeys(
  list: HTMLElement,
  grid: {
    readonly model: GalleryModel;
    readonly actions: Actions;
    readonly columns: () => number;
    /** Rows of a page. */
    readonly rows: () => number;
    readonly reveal: () => void;
  },
): void {
  const { model, actions, reveal } = grid;
  const { selection } = model;
  const move = (step: number, extend: boolean) => {
    const to = model.position + step;
    // a step beyond the ends goes to the end only if it is a far one
    if (Math.abs(step) <= grid.columns() && (to < 0 || to >= model.view.length)) return;
    if (extend && selection.size === 0 && model.current !== undefined) selection.only(model.current);
    model.goTo(to);
    if (extend && model.current !== undefined) selection.extendTo(model.current, model.view);
    reveal();
    actions.selectionChanged();
  };
  list.addEventListener('keydown', (event) => {
    const modified = event.ctrlKey || event.metaKey;
    const step = stepOf(event.key, grid.columns(), Math.max(1, Math.floor(grid.rows())));
    if (event.altKey || model.current === undefined) return;
    if (modified && event.key.toLowerCase() === 'a') selection.add(model.view);
    else if (modified && step === 0) return;
    else if (event.key === ' ') selection.toggle(model.current);
    else if (event.key === 'Enter') actions.enlarge(true);
    else if (step !== 0) move(step, event.shiftKey);
    else return;
    event.preventDefault();
    if (step === 0) actions.selectionChanged();
  });
}

/** How far a key goes through the images; 0 for one that goes nowhere. */
function stepOf(key: string, columns: number, rows: number): number {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    PageUp: -rows * columns,
    PageDown: rows * columns,
    Home: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
  };
  return (Object.hasOwn(steps, key) && steps[key]) || 0;
}

/** A click selects, a double click shows large, dragging selects what the band touches. */
function listenToMouse(
  list: HTMLElement,
  grid: {
    readonly model: GalleryModel;
    readonly actions: Actions;
    readonly placeOf: (tile: Element) => number | undefined;
    readonly placesIn: Parameters<typeof createBand>[1]['placesIn'];
    readonly offset: () => number;
  },
): void {
  const { model, actions, placeOf } = grid;
  const { selection } = model;
  const hit = ({ target }: Event): number | undefined => {
    const tile = (target as Element).closest('.tile');
    return tile ? placeOf(tile) : undefined;
  };
  const band = createBand(list, { ...grid, selection, view: () => model.view, changed: actions.selectionChanged });
  list.addEventListener('click', (event) => {
    if (band.justEnded()) return;
    const place = hit(event);
    const image = place === undefined ? undefined : model.view[place];
    if (place === undefined || image === undefined) {
      if (event.target === list || (event.target as Element).classList.contains('track')) selection.clear();
      return actions.selectionChanged();
    }
    if (event.shiftKey) {
      if (selection.size === 0 && model.current !== undefined) selection.only(model.current);
      selection.extendTo(image, model.view);
    } else if (event.ctrlKey || event.metaKey) selection.toggle(image);
    else if (selection.size === 1 && selection.has(image)) selection.clear();
    else selection.only(image);
    model.goTo(place);
    actions.selectionChanged();
  });
  list.addEventListener('dblclick', (event) => {
    const place = hit(event);
    if (place === undefined) return;
    selection.clear();
    model.goTo(place);
    actions.enlarge(true);
  });
  // the menu is about the image under the mouse, and so are the keys that follow
  list.addEventListener('contextmenu', (event) => {
    const place = hit(event);
    if (place !== undefined) actions.goTo(place);
  });
}

/** How many images are shown and selected, below the pictures. */
export function createSummary(model: GalleryModel): Part {
  const root = element('p', { class: 'selection' });
  return {
    root,
    update() {
      const { texts } = model.state;
      root.hidden = model.large;
      const { size } = model.selection;
      setText(root, size > 0 ? fill(texts.selection, size) : texts.selectionHint);
    },
  };
}
