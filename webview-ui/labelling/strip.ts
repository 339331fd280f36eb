import { fill } from '../../src/shared/fill';
import type { BatchImage } from '../../src/shared/protocol/labelling';
import { element, setAttribute } from '../common/element';
import { icon } from '../common/icons';
import type { Actions, Part } from './actions';
import type { LabellingModel } from './model';
import type { Pictures } from './pictures';
import { statusMarks } from './statusMark';
import { describe, fileName } from './texts';

/** Width of one image with the gap, in pixels; the style sheet has the same. */
const PITCH = 60;
/** Images made beyond both edges. */
const MARGIN = 4;

interface Item {
  readonly button: HTMLButtonElement;
  readonly marks: HTMLElement;
  shown: string;
}

/** The batch as a strip. Only what is in sight exists, so a batch of thousands costs no more than one of twenty. */
export function createStrip(model: LabellingModel, actions: Actions, pictures: Pictures): Part {
  const track = element('div', { class: 'track', attributes: { role: 'list' } });
  const scroller = element('div', { class: 'scroller', children: [track] });
  const label = { 'aria-label': model.state.texts.strip };
  const root = element('nav', { class: 'strip', attributes: label, children: [scroller] });
  const items = new Map<number, Item>();
  let followed = -1;
  /** What the scroller last said of itself: to ask it while the page is being drawn would lay the page out each time. */
  let [width, left] = [0, 0];
  let mayLoad = false;

  const draw = () => {
    const total = model.state.images.length;
    const wanted = inSight(left, width, total).add(model.position);
    for (const [index, { button }] of items)
      if (!wanted.has(index)) {
        button.parentElement?.remove();
        items.delete(index);
      }
    for (const index of wanted) if (index < total) drawItem(index);
  };

  const drawItem = (index: number) => {
    const image = model.image(index);
    if (!image) return;
    let item = items.get(index);
    if (!item) {
      item = makeItem(() => actions.goTo(index));
      items.set(index, item);
      track.append(placeOf(item, index));
    }
    showItem(item, { model, index, image, mayLoad }, () => actions.seen(image.id, false));
  };

  /** The image shown is kept in sight, with some of what comes after it. */
  const follow = () => {
    if (followed === model.position || width === 0) return;
    followed = model.position;
    const wanted = scrollTo(model.position * PITCH, left, width);
    if (wanted === null) return;
    scroller.scrollLeft = wanted;
    left = scroller.scrollLeft; // it may not go as far
  };

  void pictures.first.then(() => {
    mayLoad = true;
    if (!root.hidden) draw();
  });
  const scrolled = () => {
    left = scroller.scrollLeft;
    draw();
  };
  scroller.addEventListener('scroll', scrolled, { passive: true });
  new ResizeObserver(() => {
    width = scroller.clientWidth;
    left = scroller.scrollLeft;
    followed = -1;
    follow();
    draw();
  }).observe(scroller);

  return {
    root,
    update() {
      root.hidden = model.grid || model.state.images.length < 2;
      if (root.hidden) return;
      track.style.width = `${model.state.images.length * PITCH}px`;
      follow();
      draw();
    },
  };
}

/** The images that exist on the page: those in sight, and some beyond both edges. */
function inSight(left: number, width: number, total: number): Set<number> {
  const first = Math.max(0, Math.floor(left / PITCH) - MARGIN);
  const last = Math.min(total - 1, Math.ceil((left + width) / PITCH) + MARGIN);
  return new Set(Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i));
}

/** Where to scroll so that an image at `place` has some of what comes after it beside it; null: it has, as it is. */
function scrollTo(place: number, left: number, width: number): number | null {
  const room = Math.min(width / 3, 3 * PITCH);
  return place >= left + PITCH && place + PITCH <= left + width - room ? null : Math.max(0, place - width / 3);
}

function makeItem(click: () => void): Item {
  const marks = element('span', { class: 'marks' });
  const button = element('button', {
    class: 'thumbnail',
    attributes: { type: 'button' },
    on: { click },
    children: [marks],
  });
  return { button, marks, shown: '' };
}

function placeOf({ button }: Item, index: number): HTMLElement {
  const place = element('div', { class: 'place', attributes: { role: 'listitem' }, children: [button] });
  place.style.transform = `translateX(${index * PITCH}px)`;
  return place;
}

/** Brings an item up to date, where anything about its image has changed. `mayLoad`: pictures besides the large one. */
function showItem(
  item: Item,
  of: {
    readonly model: LabellingModel;
    readonly index: number;
    readonly image: BatchImage;
    readonly mayLoad: boolean;
  },
  failed: () => void,
): void {
  const { model, index, image, mayLoad } = of;
  const { id, uri } = image;
  const text = describe(model, index);
  const here = index === model.position && !model.finished;
  const shown = JSON.stringify([id, uri, text, here, model.view(index).status, mayLoad]);
  if (item.shown === shown) return;
  item.shown = shown;
  const label = `${fill(model.state.texts.imageAlt, fileName(id), index + 1, model.state.images.length)}: ${text}`;
  setAttribute(item.button, 'aria-label', label);
  setAttribute(item.button, 'title', `${fileName(id)}: ${text}`);
  setAttribute(item.button, 'aria-current', here ? 'true' : null);
  setAttribute(item.button, 'tabindex', here ? 0 : -1);
  item.marks.replaceChildren(...statusMarks(model.view(index)));
  if (mayLoad) showThumbnail(item.button, uri, failed);
}

/** Puts the small picture in front of the marks; a quiet sign where there is none. */
export function showThumbnail(into: HTMLElement, uri: string | null, failed: () => void): void {
  const present = into.querySelector<HTMLElement>('.thumb');
  if (present && present.dataset.uri === (uri ?? '')) return;
  const without = () => element('span', { class: 'thumb no-thumb', children: [icon('picture')] });
  const made: HTMLElement =
    uri === null ? without() : element('img', { class: 'thumb', attributes: { alt: '', draggable: 'false' } });
  if (uri !== null && made instanceof HTMLImageElement) {
    made.decoding = 'async';
    made.src = uri;
    made.addEventListener('error', () => {
      const sign = without();
      sign.dataset.uri = uri;
      made.replaceWith(sign);
      failed();
    });
  }
  made.dataset.uri = uri ?? '';
  if (present) present.replaceWith(made);
  else into.prepend(made);
}
