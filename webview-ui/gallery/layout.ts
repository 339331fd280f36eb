/** A browser makes no element higher than about 33 million pixels; more rows than fit share this height. */
const HIGHEST = 16_000_000;
/** Rows that exist beyond both edges. */
const MARGIN = 2;
const GAP = 8;

/** Where the pictures stand: in rows of equal height, of which only those in sight exist. */
export interface Layout {
  readonly columns: number;
  readonly rows: number;
  /** Width and height of a picture with its caption and the gap. */
  readonly width: number;
  readonly height: number;
  /** What the scroller is told that all rows take. */
  readonly total: number;
}

/** `size`: edge of a picture; `room`: width of the scroller. */
export function layoutOf(count: number, size: number, room: number): Layout {
  const width = size + GAP + 8;
  const height = size + GAP + 8 + captionHeight(size);
  const columns = Math.max(1, Math.floor(room / width));
  const rows = Math.ceil(count / columns);
  return { columns, rows, width: room / columns, height, total: Math.min(HIGHEST, rows * height) };
}

/** Small pictures have their label below them, larger ones the prediction too. */
export const captionHeight = (size: number): number => (size < 96 ? 18 : 34);

/** How far all rows are scrolled, where the scroller stands at `top` of a window of `height`. */
export function scrolled({ rows, height, total }: Layout, top: number, window: number): number {
  const real = rows * height;
  return real <= total ? top : (top / Math.max(1, total - window)) * (real - window);
}

/** Where to scroll to, so that all rows are scrolled by `offset`. */
export function scrollTopOf({ rows, height, total }: Layout, offset: number, window: number): number {
  const real = rows * height;
  return real <= total ? offset : (offset / Math.max(1, real - window)) * (total - window);
}

/** First place in sight, and the one behind the last, with a margin. */
export function inSight(layout: Layout, offset: number, window: number, count: number): [number, number] {
  const first = Math.max(0, Math.floor(offset / layout.height) - MARGIN);
  const last = Math.ceil((offset + window) / layout.height) + MARGIN;
  return [Math.min(count, first * layout.columns), Math.min(count, last * layout.columns)];
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Places whose pictures a box touches; `box` in the coordinates of all rows. */
export function placesIn({ columns, rows, width, height }: Layout, box: Box, count: number): number[] {
  const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value));
  const [left, right] = [box.left, box.right].map((x) => clamp(Math.floor(x / width), columns - 1)) as [number, number];
  const [top, bottom] = [box.top, box.bottom].map((y) => clamp(Math.floor(y / height), rows - 1)) as [number, number];
  const places: number[] = [];
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) {
      const place = row * columns + column;
      if (place < count) places.push(place);
    }
  return places;
}
