import type { FacePlace } from '../../shared/schema/faces';
import { type Detection, distance, middleOf, rollOf, type Square } from './geometry';

/**
 * How FER2013's faces lie in their images, which is how the built-in encoder likes them (20 % more around a face cost it 6 to 8 points,
 * docs/results.md): medians of what BlazeFace says of 380 of them. The side, over the hypotenuse of the distances between the eyes and from there to the
 * mouth, one of which stays where a head is turned; and how far down the eyes are.
 */
const SIDE = 1.89;
const EYES = 0.4;

/** The square that a face is cut out by. */
export function placeOf(face: Pick<Detection, 'leftEye' | 'rightEye' | 'mouth'>): FacePlace {
  const { leftEye, rightEye, mouth } = face;
  const eyes = middleOf(leftEye, rightEye);
  const side = Math.max(1, Math.round(SIDE * Math.hypot(distance(leftEye, rightEye), distance(eyes, mouth))));
  const angle = rollOf(face);
  const down = (0.5 - EYES) * side;
  const centre = { x: eyes.x - Math.sin(angle) * down, y: eyes.y + Math.cos(angle) * down };
  return {
    left: Math.round(centre.x - side / 2),
    top: Math.round(centre.y - side / 2),
    side,
    turned: Math.round((angle * 1800) / Math.PI) / 10,
  };
}

export const squareOf = ({ left, top, side, turned }: FacePlace): Square => ({
  centre: { x: left + side / 2, y: top + side / 2 },
  side,
  angle: (turned * Math.PI) / 180,
});
