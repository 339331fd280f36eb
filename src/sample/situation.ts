import type { Random } from '../engine/numeric/random';
import { type Colour, mix } from './colour';

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

const clamp = (value: number, limit: number): number => Math.min(Math.max(value, -limit), limit);

/**
 * Mostly small angles with a few larger ones, and a crop from above the brows to the chin, as in FER2013: wider crops let
 * hair and background decide what features learned without labels look at.
 */
export function samplePose(random: Random): Pose {
  return {
    roll: clamp(3 * random.normal(), 8),
    yaw: clamp(4.5 * random.normal(), 13),
    pitch: clamp(2.5 * random.normal(), 6),
    scale: random.between(1.45, 1.55),
    x: clamp(2.5 * random.normal(), 6),
    y: -23 + clamp(2.5 * random.normal(), 6),
    gaze: [clamp(0.25 * random.normal(), 0.7), clamp(0.15 * random.normal(), 0.4)],
    asymmetry: clamp(0.07 * random.normal(), 0.18),
  };
}

export function sampleLight(random: Random): Light {
  const angle = random.between(-1.25, 1.25);
  return { direction: [Math.sin(angle), -Math.cos(angle)], strength: 0.5 * random.uniform() ** 1.8 };
}

const anyColour = (random: Random): Colour => [
  random.between(20, 240),
  random.between(20, 240),
  random.between(20, 240),
];

/** A colour pulled towards its own grey, so that backgrounds stay behind the face. */
function muted(random: Random): Colour {
  const c = anyColour(random);
  const level = random.between(60, 200);
  return mix(c, [level, level, level], 0.72);
}

export function sampleScene(random: Random): Scene {
  const first = muted(random);
  return {
    background: [first, mix(first, muted(random), random.between(0.1, 0.8))],
    clothes: mix(anyColour(random), muted(random), 0.5),
    blobs: Array.from({ length: random.integer(6) }, () => ({
      x: random.between(-130, 130),
      y: random.between(-130, 130),
      radius: random.between(20, 70),
      colour: muted(random),
    })),
  };
}

export function sampleCamera(random: Random): Camera {
  return {
    blur: random.chance(0.15) ? random.between(0.3, 0.45) : 0,
    noise: random.between(0, 1.5),
    noiseSeed: random.integer(1 << 30),
    brightness: random.between(-12, 12),
    contrast: random.between(0.92, 1.15),
  };
}
