import type { Random } from '../engine/numeric/random';
import { mix, muted, vivid } from './colour';
import { type Camera, type Light, near, type Pose, type Scene, type Situation } from './situation';

/**
 * Mostly small angles with a few larger ones, and a crop from above the brows to the chin, as in FER2013: wider crops let
 * hair and background decide what features learned without labels look at.
 */
function poseOf(random: Random): Pose {
  return {
    roll: near(random, 3, 8),
    yaw: near(random, 4.5, 13),
    pitch: near(random, 2.5, 6),
    scale: random.between(1.45, 1.55),
    x: near(random, 2.5, 6),
    y: -23 + near(random, 2.5, 6),
    gaze: [near(random, 0.25, 0.7), near(random, 0.15, 0.4)],
    asymmetry: near(random, 0.07, 0.18),
  };
}

function lightOf(random: Random): Light {
  const angle = random.between(-1.25, 1.25);
  return { direction: [Math.sin(angle), -Math.cos(angle)], strength: 0.5 * random.uniform() ** 1.8 };
}

function sceneOf(random: Random): Scene {
  const first = muted(random);
  return {
    background: [first, mix(first, muted(random), random.between(0.1, 0.8))],
    clothes: mix(vivid(random), muted(random), 0.5),
    blobs: Array.from({ length: random.integer(6) }, () => ({
      x: random.between(-130, 130),
      y: random.between(-130, 130),
      radius: random.between(20, 70),
      colour: muted(random),
    })),
    things: [],
    blur: 0,
  };
}

function cameraOf(random: Random): Camera {
  return {
    blur: random.chance(0.15) ? random.between(0.3, 0.45) : 0,
    noise: random.between(0, 1.5),
    noiseSeed: random.integer(1 << 30),
    brightness: random.between(-12, 12),
    contrast: random.between(0.92, 1.15),
  };
}

/** One person after another before the same camera. */
export const studio = (random: Random): Situation => ({
  pose: poseOf(random),
  light: lightOf(random),
  scene: sceneOf(random),
  camera: cameraOf(random),
});
