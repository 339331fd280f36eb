import type { Pose } from './situation';
import { num, type Point } from './svg';

/** Depth of the face's surface towards the viewer, face units; 0 at the silhouette. An ellipsoid. */
function depth(x: number, y: number): number {
  return 58 * Math.sqrt(Math.max(0, 1 - 0.9 * (x / 90) ** 2 - (y / 140) ** 2));
}

/**
 * Turns face coordinates into picture coordinates. Face coordinates: origin between the eyes and the nose's tip, x to
 * the picture's right, y down, z towards the viewer; the picture is 256 wide. Yaw and pitch shift each point by its depth
 * (parallax), which is what makes a drawn face look turned; roll, scale and offset are one SVG transform.
 */
export class Frame {
  private readonly yaw: readonly [cos: number, sin: number];
  private readonly pitch: readonly [cos: number, sin: number];
  /** The `transform` attribute for the whole person. */
  readonly transform: string;

  constructor(pose: Pose) {
    const radians = Math.PI / 180;
    this.yaw = [Math.cos(pose.yaw * radians), Math.sin(pose.yaw * radians)];
    this.pitch = [Math.cos(pose.pitch * radians), Math.sin(pose.pitch * radians)];
    this.transform = `translate(${num(pose.x)} ${num(pose.y)}) rotate(${num(pose.roll)}) scale(${num(pose.scale)})`;
  }

  /** A point with its own depth. */
  at(x: number, y: number, z: number): Point {
    const near = z * this.yaw[0] - x * this.yaw[1];
    return [x * this.yaw[0] + z * this.yaw[1], y * this.pitch[0] + near * this.pitch[1]];
  }

  /** A point on the face's surface, or `lift` in front of it. */
  on(x: number, y: number, lift = 0): Point {
    return this.at(x, y, depth(x, y) + lift);
  }

  /** Points on the surface. */
  all(points: readonly Point[], lift = 0): Point[] {
    return points.map(([x, y]) => this.on(x, y, lift));
  }
}
