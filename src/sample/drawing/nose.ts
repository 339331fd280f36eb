import { hex } from '../colour';
import type { Frame } from '../frame';
import type { Landmarks } from '../landmarks';
import type { FaceParameters } from '../parameters';
import { element, type Point, shape } from '../svg';
import { type Palette, spot } from './palette';
import { fill, stroke } from './pen';

/** How far parts of the nose stand out from the face. */
const LIFT = { bridge: 8, tip: 20, wing: 7 };

export function drawNose(frame: Frame, { nose }: Landmarks, face: FaceParameters, skin: Palette): string {
  const { top, tip, wingX, wingY } = nose;
  const { bridge } = face.identity.nose;
  const strength = 0.5 + 0.5 * face.light.strength;
  const dark = face.light.direction[0] >= 0 ? -1 : 1;
  const p = (x: number, y: number, lift: number): Point => frame.on(x, y, lift);
  const side = shape(
    [
      p(dark * 4, top, LIFT.bridge),
      p(dark * 4, (top + tip) / 2, 14),
      p(dark * 5, tip - 6, LIFT.tip),
      p(dark * wingX * 0.6, tip + 2, 12),
    ],
    [
      p(dark * wingX, wingY, LIFT.wing),
      p(dark * 12, tip - 16, 5),
      p(dark * 10, top + 4, 2),
      p(dark * 13, top - 10, 0),
      p(dark * 5, top - 6, 6),
    ],
  );
  const base: Point[] = [
    p(-wingX * 0.86, wingY + 3, LIFT.wing),
    p(-wingX * 0.45, tip + 4, 12),
    p(0, tip + 7, LIFT.tip - 5),
    p(wingX * 0.45, tip + 4, 12),
    p(wingX * 0.86, wingY + 3, LIFT.wing),
  ];
  const nostrils = [-1, 1]
    .map((s) => {
      const [cx, cy] = p(s * wingX * 0.5, (tip + wingY) / 2 + 3, 11);
      return element('ellipse', { cx, cy, rx: wingX * 0.24, ry: 2.4, fill: hex(skin.line), opacity: 0.8 });
    })
    .join('');
  const wings = [-1, 1]
    .map((s) =>
      stroke(
        [
          p(s * wingX * 0.8, wingY - 9, 8),
          p(s * (wingX + 1), wingY - 3, LIFT.wing),
          p(s * wingX * 0.92, wingY + 3.5, LIFT.wing),
        ],
        skin.deep,
        1.9,
        0.75,
      ),
    )
    .join('');
  return (
    spot('spot-deep', p(0, tip + 9, 8), wingX * 1.3, 7, 0.4) +
    fill(side, skin.shade, 0.35 + 0.3 * strength * bridge) +
    spot('spot-bright', p(-dark * 1.5, tip - 3, LIFT.tip), 8, 8, 0.55 * strength) +
    spot('spot-bright', p(-dark * 1, (top + tip) / 2 - 4, 12), 4.5, 22, 0.4 * strength * bridge) +
    stroke(base, skin.deep, 2, 0.7) +
    nostrils +
    wings
  );
}
