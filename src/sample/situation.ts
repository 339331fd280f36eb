import type { Random } from '../engine/numeric/random';
import type { Thing } from './backdrops';
import type { Colour } from './colour';

/** How the head is held. Angles in degrees. */
export interface Pose {
  /** Turned in the picture's plane, clockwise. */
  readonly roll: number;
  /** Turned to the picture's right (positive) or left. */
  readonly yaw: number;
  /** Bent down (positive) or up. */
  readonly pitch: number;
  readonly scale: number;
  /** Offset in face units (the picture is 256 wide). */
  readonly x: number;
  readonly y: number;
  /** Where the eyes look, −1…1 right and down. */
  readonly gaze: readonly [x: number, y: number];
  /** How much stronger the expression is on one side, −0.5…0.5. */
  readonly asymmetry: number;
}

export interface Light {
  /** Unit vector towards the light, in the picture's plane; y down, so a light from above has y < 0. */
  readonly direction: readonly [x: number, y: number];
  /** 0 (flat) … 1 (hard). */
  readonly strength: number;
  readonly shadow?: Shadow;
}

/** A shadow on the head with one straight edge: of a hat, a window frame, or of the head's other half. */
export interface Shadow {
  /** Which way the dark side lies, degrees clockwise from the picture's right. */
  readonly angle: number;
  /** How far from the face's middle the edge runs towards the dark side, face units. */
  readonly distance: number;
  /** Width of the edge, face units. */
  readonly softness: number;
  /** Opacity, 0…1. */
  readonly depth: number;
}

export interface Scene {
  readonly background: readonly [Colour, Colour];
  readonly clothes: Colour;
  /** Blurred things behind the person: centre, radius, colour, in face units. */
  readonly blobs: readonly {
    readonly x: number;
    readonly y: number;
    readonly radius: number;
    readonly colour: Colour;
  }[];
  /** What stands behind the person besides, from back to front. */
  readonly things: readonly Thing[];
  /** How far out of focus that is: standard deviation in face units. */
  readonly blur: number;
}

/** What the camera adds after drawing. */
export interface Camera {
  /** Standard deviation of the blur in pixels of a 48-pixel picture; grows with the square root of the size. */
  readonly blur: number;
  /** Standard deviation of the noise in a 48-pixel picture, grey levels; shrinks with the square root of the size. */
  readonly noise: number;
  readonly noiseSeed: number;
  /** Added to every grey level. */
  readonly brightness: number;
  /** Factor around middle grey. */
  readonly contrast: number;
}

/** Everything about a picture but the person in it. */
export interface Situation {
  readonly pose: Pose;
  readonly light: Light;
  readonly scene: Scene;
  readonly camera: Camera;
}

/** A normal draw of that deviation, kept within a limit on both sides of 0. */
export function near(random: Random, deviation: number, limit: number): number {
  return Math.min(Math.max(deviation * random.normal(), -limit), limit);
}
