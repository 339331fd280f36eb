import type { Random } from '../engine/numeric/random';
import { sampleBackdrop } from './backdrops';
import { mix, muted, natural } from './colour';
import { type Camera, type Light, near, type Pose, type Scene, type Shadow, type Situation } from './situation';

/** Heads turn in all three axes, and the crop is what a face detector's box gives: near or wide, never quite centred. */
function poseOf(random: Random): Pose {
  const scale = random.between(1.25, 1.6);
  return {
    roll: near(random, 5.5, 15),
    yaw: near(random, 8.5, 22),
    pitch: near(random, 4.5, 11),
    scale,
    x: near(random, 4.5, 11),
    y: -15 * scale + near(random, 4, 10),
    gaze: [near(random, 0.4, 0.9), near(random, 0.2, 0.5)],
    asymmetry: near(random, 0.09, 0.22),
  };
}

/** From flat to hard light from any side, from below seldom; in three of ten pictures a shadow lies on the face. */
function lightOf(random: Random): Light {
  const angle = random.chance(0.1) ? random.between(1.8, 4.4) : random.between(-1.6, 1.6);
  return {
    direction: [Math.sin(angle), -Math.cos(angle)],
    strength: random.uniform() ** 1.2,
    ...(random.chance(0.3) ? { shadow: shadowOf(random) } : {}),
  };
}

const shadowOf = (random: Random): Shadow => ({
  angle: random.between(0, 360),
  distance: random.between(-10, 60),
  softness: random.between(6, 50),
  depth: random.between(0.25, 0.55),
});

function sceneOf(random: Random): Scene {
  const first = natural(random);
  return {
    background: [first, mix(first, natural(random), random.between(0.1, 0.9))],
    clothes: mix(natural(random), muted(random), 0.4),
    blobs: [],
    things: sampleBackdrop(random),
    blur: random.between(0.4, 4.5),
  };
}

function cameraOf(random: Random): Camera {
  return {
    blur: random.chance(0.3) ? random.between(0.3, 0.5) : 0,
    noise: random.between(0, 4),
    noiseSeed: random.integer(1 << 30),
    brightness: near(random, 14, 30),
    contrast: random.between(0.72, 1.25),
  };
}

/** As people are met in photographs. */
export const photographs = (random: Random): Situation => ({
  pose: poseOf(random),
  light: lightOf(random),
  scene: sceneOf(random),
  camera: cameraOf(random),
});
