/** Places in an image, in its pixels: x to the right, y down. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A face that a network sees. Left and right are those of the image, not of the person. */
export interface Detection {
  /** How sure the network is, 0 … 1. */
  readonly score: number;
  readonly box: Box;
  readonly leftEye: Point;
  readonly rightEye: Point;
  readonly mouth: Point;
}

/** A square in an image, turned: `angle` is that of its upper side, clockwise, in radians. */
export interface Square {
  readonly centre: Point;
  readonly side: number;
  readonly angle: number;
}

export const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

export const middleOf = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

const centreOf = ({ left, top, width, height }: Box): Point => ({ x: left + width / 2, y: top + height / 2 });

/** How far the line from the left to the right eye is turned from level, clockwise, in radians. */
export const rollOf = ({ leftEye, rightEye }: Pick<Detection, 'leftEye' | 'rightEye'>): number =>
  Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x);

/** What both boxes cover, as a share of what at least one covers. */
export function overlap(a: Box, b: Box): number {
  const shared = sharedArea(a, b);
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/** What both boxes cover, as a share of the smaller one. */
export const coverage = (a: Box, b: Box): number => sharedArea(a, b) / Math.min(a.width * a.height, b.width * b.height);

function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return Math.max(width, 0) * Math.max(height, 0);
}

/** A detection with every place put through `move`, and lengths multiplied by `scale`. */
export function moved(detection: Detection, move: (point: Point) => Point, scale: number): Detection {
  const { score, box, leftEye, rightEye, mouth } = detection;
  const centre = move(centreOf(box));
  const [width, height] = [box.width * scale, box.height * scale];
  return {
    score,
    box: { left: centre.x - width / 2, top: centre.y - height / 2, width, height },
    leftEye: move(leftEye),
    rightEye: move(rightEye),
    mouth: move(mouth),
  };
}
