/** A picture in a window: how large, and where its middle is from the window's. No DOM in here. */
export interface Zoom {
  /** Pixels of the screen for one of the picture. */
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A pixel is never drawn larger than so many. */
const NEAREST = 16;
/** Small pictures are enlarged to fit, but not to where nothing is left of them. */
const MOST_ENLARGED = 8;

/** The scale at which the whole picture is seen. */
const fitting = (picture: Size, window: Size): number =>
  Math.min(window.width / picture.width, window.height / picture.height, MOST_ENLARGED);

/** The whole picture, in the middle. */
export const whole = (picture: Size, window: Size): Zoom => ({ scale: fitting(picture, window), x: 0, y: 0 });

/** Nearer or farther, with the point (from the window's middle) under the pointer staying where it is. */
export function zoomed(
  zoom: Zoom,
  by: number,
  { picture, window, at = { x: 0, y: 0 } }: { picture: Size; window: Size; at?: { x: number; y: number } },
): Zoom {
  const least = Math.min(1, fitting(picture, window));
  const scale = Math.min(NEAREST, Math.max(least, zoom.scale * by));
  const ratio = scale / zoom.scale;
  return kept({ scale, x: at.x - (at.x - zoom.x) * ratio, y: at.y - (at.y - zoom.y) * ratio }, picture, window);
}

/** Moved, but never so far that an edge of the picture leaves an empty place in the window. */
export const moved = (zoom: Zoom, by: { x: number; y: number }, picture: Size, window: Size): Zoom =>
  kept({ ...zoom, x: zoom.x + by.x, y: zoom.y + by.y }, picture, window);

/** The whole picture, or, where that is seen, its full size; small ones twice as large as they fit. */
export function toggled(zoom: Zoom, picture: Size, window: Size): Zoom {
  const fit = fitting(picture, window);
  if (Math.abs(zoom.scale - fit) > 0.001) return whole(picture, window);
  return zoomed(zoom, (fit < 1 ? 1 : 2 * fit) / zoom.scale, { picture, window });
}

function kept(zoom: Zoom, picture: Size, window: Size): Zoom {
  const room = (size: number, frame: number) => Math.max(0, (size * zoom.scale - frame) / 2);
  const [x, y] = [room(picture.width, window.width), room(picture.height, window.height)];
  return { ...zoom, x: Math.min(x, Math.max(-x, zoom.x)), y: Math.min(y, Math.max(-y, zoom.y)) };
}
