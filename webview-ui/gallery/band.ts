import { element } from '../common/element';
import type { Box } from './layout';
import type { Selection } from './selection';

/** So far (pixels) the mouse has to go before it is a drag. */
const THRESHOLD = 5;
/** Near an edge the list scrolls by itself. */
const EDGE = 24;
const SPEED = 12;

interface Surroundings {
  readonly selection: Selection;
  readonly view: () => Int32Array;
  /** Places whose pictures a box touches, in the coordinates of all rows. */
  readonly placesIn: (box: Box) => readonly number[];
  /** How far all rows are scrolled. */
  readonly offset: () => number;
  readonly changed: () => void;
}

/** A drag over the list, from where it began in the coordinates of all rows. */
interface Drag {
  readonly x: number;
  readonly y: number;
  readonly before: Uint8Array;
  readonly adds: boolean;
  at: { readonly x: number; readonly y: number };
  isBand: boolean;
}

/** A rubber band: dragging selects all that it touches; with Ctrl or Shift besides what is selected already. */
export function createBand(list: HTMLElement, { selection, view, placesIn, offset, changed }: Surroundings) {
  const band = element('div', { class: 'band', attributes: { role: 'presentation' } });
  let drag: Drag | null = null;
  let hasEnded = false;

  const inside = ({ clientX, clientY }: MouseEvent) => {
    const { left, top } = list.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  const choose = ({ x, y, at, before, adds }: Drag) => {
    const top = offset();
    const box = {
      left: Math.min(x, at.x),
      right: Math.max(x, at.x),
      top: Math.min(y, at.y + top),
      bottom: Math.max(y, at.y + top),
    };
    band.style.transform = `translate(${box.left}px, ${box.top - top + list.scrollTop}px)`;
    band.style.width = `${box.right - box.left}px`;
    band.style.height = `${box.bottom - box.top}px`;
    if (adds) selection.restore(before);
    else selection.clear();
    const shown = view();
    selection.add(placesIn(box).map((place) => shown[place] ?? -1));
    changed();
  };

  const scroll = () => {
    if (!drag?.isBand) return;
    const { y } = drag.at;
    const by = y < EDGE ? -SPEED : y > list.clientHeight - EDGE ? SPEED : 0;
    if (by !== 0) {
      list.scrollTop += by;
      choose(drag);
    }
    requestAnimationFrame(scroll);
  };

  list.addEventListener('pointerdown', (event) => {
    hasEnded = false;
    // the scroll bar is not ours
    if (event.button !== 0 || event.pointerType === 'touch' || event.offsetX >= list.clientWidth) return;
    const at = inside(event);
    const adds = event.ctrlKey || event.metaKey || event.shiftKey;
    drag = { x: at.x, y: at.y + offset(), before: selection.snapshot(), adds, at, isBand: false };
  });
  list.addEventListener('pointermove', (event) => {
    if (!drag) return;
    drag.at = inside(event);
    const far = Math.hypot(drag.at.x - drag.x, drag.at.y + offset() - drag.y) > THRESHOLD;
    if (!drag.isBand && far) {
      drag.isBand = true;
      list.setPointerCapture(event.pointerId);
      list.firstElementChild?.append(band);
      requestAnimationFrame(scroll);
    }
    if (drag.isBand) choose(drag);
  });
  const end = () => {
    hasEnded = drag?.isBand ?? false;
    drag = null;
    band.remove();
  };
  list.addEventListener('pointerup', end);
  list.addEventListener('pointercancel', end);
  return {
    /** Whether the click that is told now is the end of a drag. */
    justEnded: () => hasEnded,
  };
}
