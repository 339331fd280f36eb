import { black, colour, hex, mix, white } from '../colour';
import type { Frame } from '../frame';
import type { Landmarks } from '../landmarks';
import type { FaceParameters } from '../parameters';
import { element, type Point, shape } from '../svg';
import { type Palette, spot } from './palette';
import { fill, stroke } from './pen';

const LIFT = 5;

export function drawMouth(frame: Frame, { mouth }: Landmarks, face: FaceParameters, skin: Palette): string {
  const on = (points: readonly Point[]): Point[] => frame.all(points, LIFT);
  const back = (points: readonly Point[]): Point[] => on(points).reverse();
  const { units, identity } = face;
  const lip = identity.mouth.colour;
  const upperLip = shape(on(mouth.upperOuter), back(mouth.upperInner));
  const lowerLip = shape(on(mouth.lowerInner), back(mouth.lowerOuter));
  const middleX = (mouth.left[0] + mouth.right[0]) / 2;
  const bottom = mouth.lowerOuter[2][1];
  const shadow = spot('spot-deep', frame.on(middleX, bottom + 6, LIFT), 24, 8, 0.42);
  const lips = fill(upperLip, mix(lip, black, 0.13)) + fill(lowerLip, lip);
  const shine = spot('spot-bright', frame.on(middleX, bottom - 4, LIFT), 11, 3, 0.45);
  const corners = [mouth.left, mouth.right]
    .map(([x, y]) =>
      stroke(
        on([
          [x * 0.93, y],
          [x + Math.sign(x) * 2, y - 0.5],
        ]),
        skin.line,
        2.4,
        0.75,
      ),
    )
    .join('');
  if (mouth.gap < 1.2) return shadow + lips + shine + stroke(on(mouth.upperInner), skin.line, 2.1, 0.9) + corners;

  const opening = shape(on(mouth.upperInner), back(mouth.lowerInner));
  const upperY = mouth.upperInner[2][1];
  const lowerY = mouth.lowerInner[2][1];
  const shown = (units.lipCornerPuller ?? 0) + (units.upperLipRaiser ?? 0) + 0.7 * (units.lipStretcher ?? 0);
  const teeth = mix(white, colour('#d8c49a'), 0.1 + 0.004 * identity.age);
  /** A row of teeth: follows the lip it hangs from. */
  const row = (edge: readonly Point[], height: number): string =>
    fill(
      shape(on(edge), back(edge.map(([x, y], i) => [x * 0.97, y + (i === 0 || i === edge.length - 1 ? 0 : height)]))),
      teeth,
    );
  const upperTeeth =
    mouth.gap > 2.5 ? row(mouth.upperInner, Math.min(mouth.gap * 0.85, 3 + 6.5 * Math.min(1, shown))) : '';
  const bare = (units.lowerLipDepressor ?? 0) + 0.45 * (units.lipStretcher ?? 0);
  const lowerTeeth =
    mouth.gap > 3 && bare > 0.15 ? row(mouth.lowerInner, -Math.min(mouth.gap * 0.5, 2 + 5 * bare)) : '';
  const tongueSize = Math.max(0, mouth.gap - 9) * 0.5 + 7 * (units.tongueShow ?? 0);
  const [tongueX, tongueY] = frame.on(middleX, lowerY + 1, LIFT - 4);
  const tongue =
    tongueSize > 0.5
      ? element('ellipse', {
          cx: tongueX,
          cy: tongueY,
          rx: Math.abs(mouth.right[0]) * 0.62,
          ry: tongueSize,
          fill: hex(colour('#b4525a')),
        })
      : '';
  const inside =
    fill(opening, colour('#3a0f12')) +
    tongue +
    lowerTeeth +
    upperTeeth +
    stroke(on(mouth.upperInner.map(([x, y]) => [x, y + 0.8])), black, 2, 0.25) +
    (shown > 0.3 && mouth.gap < 9
      ? stroke(
          on([
            [mouth.left[0] * 0.8, (upperY + lowerY) / 2],
            [0, lowerY - 0.8],
            [mouth.right[0] * 0.8, (upperY + lowerY) / 2],
          ]),
          black,
          0.8,
          0.2,
        )
      : '');
  return (
    shadow +
    lips +
    shine +
    element('clipPath', { id: 'mouth' }, element('path', { d: opening })) +
    element('g', { 'clip-path': 'url(#mouth)' }, inside) +
    stroke(on(mouth.upperInner), skin.line, 1.2, 0.7) +
    corners
  );
}
