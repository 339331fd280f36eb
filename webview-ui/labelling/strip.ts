import { element, setAttribute } from '../common/element';
import { icon } from '../common/icons';
import type { Actions, Part } from './actions';
import type { LabellingModel } from './model';
import type { Pictures } from './pictures';
import { statusMarks } from './statusMark';
import { describe, fileName, fill } from './texts';

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
  const root = element('nav', {
    class: 'strip',
    attributes: { 'aria-label': model.state.texts.strip },
    children: [scroller],
  });
  const items = new Map<number, Item>();
  let followed = -1;
  /** What the scroller last said of itself: to ask it while the page is being drawn would lay the page out each time. */
  let width = 0;
  let left = 0;
  let mayLoad = false;

  const draw = () => {
    const total = model.state.images.length;
    const first = Math.max(0, Math.floor(left / PITCH) - MARGIN);
    const last = Math.min(total - 1, Math.ceil((left + width) / PITCH) + MARGIN);
    for (const [index, { button }] of items)
      if ((index < first || index > last) && index !== model.position) {
        button.parentElement?.remove();
        items.delete(index);
      }
    const wanted = new Set([model.position]);
    for (let index = first; index <= last; index++) wanted.add(index);
    for (const index of wanted) if (index < total) drawItem(index);
  };

  const drawItem = (index: number) => {
    const image = model.image(index);
    if (!image) return;
    const { id, uri } = image;
    let item = items.get(index);
    if (!item) {
      item = makeItem(index);
      items.set(index, item);
      const place = element('div', { class: 'place', attributes: { role: 'listitem' }, children: [item.button] });
      place.style.transform = `translateX(${index * PITCH}px)`;
      track.append(place);
    }
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
    if (mayLoad) showThumbnail(item.button, uri, () => actions.seen(id, false));
  };

  const makeItem = (index: number): Item => {
    const marks = element('span', { class: 'marks' });
    const button = element('button', {
      class: 'thumbnail',
      attributes: { type: 'button' },
      on: { click: () => actions.goTo(index) },
      children: [marks],
    });
    return { button, marks, shown: '' };
  };

  /** The image shown is kept in sight, with some of what comes after it. */
  const follow = () => {
    if (followed === model.position || width === 0) return;
    followed = model.position;
    const wanted = model.position * PITCH;
    const room = Math.min(width / 3, 3 * PITCH);
    if (wanted >= left + PITCH && wanted + PITCH <= left + width - room) return;
    scroller.scrollLeft = Math.max(0, wanted - width / 3);
    left = scroller.scrollLeft; // it may not go as far
  };

  void pictures.first.then(() => {
    mayLoad = true;
    if (!root.hidden) draw();
  });
  scroller.addEventListener(
    'scroll',
    () => {
      left = scroller.scrollLeft;
      draw();
    },
    { passive: true },
  );
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
