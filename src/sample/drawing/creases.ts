import { Random } from '../../engine/numeric/random';
import { colour, hex } from '../colour';
import type { Frame } from '../frame';
import type { Landmarks } from '../landmarks';
import type { FaceParameters } from '../parameters';
import { element, type Point } from '../svg';
import { type Palette, spot } from './palette';
import { stroke } from './pen';

/**
 * What the action units do to the skin between the parts: folds beside the mouth (AU 9, 10, 12), bunny lines on the nose
 * (9), frown lines (4), lines across the forehead (1, 2), crow's feet and raised cheeks (6), a dimpled chin (17). Age
 * leaves weaker copies of the same lines.
 */
export function drawCreases(frame: Frame, marks: Landmarks, face: FaceParameters, skin: Palette): string {
  const au = (name: keyof FaceParameters['units']): number => face.units[name] ?? 0;
  const age = Math.min(1, Math.max(0, (face.identity.age - 28) / 45));
  const { nose, mouth, eyes, brows, head } = marks;
  const line = (points: readonly Point[], width: number, opacity: number): string =>
    stroke(frame.all(points, 3), skin.deep, width, opacity);
  const both = (draw: (side: -1 | 1) => string): string => draw(-1) + draw(1);

  const cheeks = both((side) => {
    const raise = Math.max(au('cheekRaiser'), 0.7 * au('lipCornerPuller'));
    const [x, y] = [side * head.width * 0.58, 30 - 8 * raise];
    return (
      spot('spot-blush', frame.on(x, y), 25, 18, 0.22 + 0.3 * raise) +
      spot('spot-bright', frame.on(x - side * 4, y - 7), 15, 9, 0.15 + 0.4 * raise)
    );
  });
  const folds = both((side) => {
    const smile = au('lipCornerPuller');
    const deep = 0.85 * smile + 0.75 * au('noseWrinkler') + 0.5 * au('upperLipRaiser') + 0.15 * au('lipStretcher');
    const [cornerX, cornerY] = side < 0 ? mouth.left : mouth.right;
    const bulge = 5 + 5 * smile + 2 * au('noseWrinkler');
    return line(
      [
        [side * (nose.wingX + 2), nose.wingY - 3],
        [(side * (nose.wingX + 2) + cornerX) / 2 + side * bulge, (nose.wingY + cornerY) / 2 - 2],
        [cornerX + side * (5 + 2 * smile), cornerY + 1 - 3 * smile],
      ],
      2.3,
      0.08 + 0.75 * deep + 0.4 * age,
    );
  });
  const droop = both((side) => {
    const [x, y] = side < 0 ? mouth.left : mouth.right;
    return line(
      [
        [x + side * 1, y + 1],
        [x + side * 4.5, y + 8],
        [x + side * 4, y + 15],
      ],
      2,
      0.7 * au('lipCornerDepressor') + 0.25 * age,
    );
  });
  const bunny = both((side) =>
    [0, 1, 2]
      .map((i) =>
        line(
          [
            [side * 2.5, -12 + 5.5 * i],
            [side * 8, -15 + 5.5 * i],
            [side * 13, -11 + 6.5 * i],
          ],
          1.8,
          0.9 * au('noseWrinkler'),
        ),
      )
      .join(''),
  );
  const innerY = (brows[0].line[0][1] + brows[1].line[0][1]) / 2;
  const frown = both((side) =>
    line(
      [
        [side * 4.5, innerY + 6],
        [side * 3.8, innerY - 2],
        [side * 5.5, innerY - 10],
      ],
      2.2,
      0.85 * au('browLowerer') + 0.2 * age - 0.1,
    ),
  );
  const archY = Math.min(brows[0].line[2][1], brows[1].line[2][1]);
  const raised = Math.max(0.75 * au('innerBrowRaiser'), 0.75 * au('outerBrowRaiser')) - 0.12;
  const reach = 18 + 26 * au('outerBrowRaiser') + 12 * age;
  const forehead = [0, 1, 2]
    .map((i) => {
      const y = Math.min(archY, innerY) - 11 - 8.5 * i;
      const oblique = 6 * au('innerBrowRaiser') * (1 - au('outerBrowRaiser'));
      return line(
        [
          [-reach, y + oblique],
          [-reach / 2, y - 1],
          [0, y + 0.5],
          [reach / 2, y - 1],
          [reach, y + oblique],
        ],
        1.9,
        (raised + 0.35 * age) * (1 - 0.2 * i),
      );
    })
    .join('');
  const crow = eyes
    .map(({ side, centre: [x, y], halfWidth }) =>
      [-1, 0, 1]
        .map((i) =>
          line(
            [
              [x + side * (halfWidth + 4), y + 1 + 2 * i],
              [x + side * (halfWidth + 12), y + 1 + 6 * i],
            ],
            1.5,
            0.65 * au('cheekRaiser') + 0.5 * age - 0.12,
          ),
        )
        .join(''),
    )
    .join('');
  const chin =
    au('chinRaiser') > 0.15
      ? spot('spot-deep', frame.on(0, head.chinY - 19, 4), 13, 7, 0.6 * au('chinRaiser')) +
        line(
          [
            [-13, head.chinY - 24],
            [0, head.chinY - 29],
            [13, head.chinY - 24],
          ],
          2,
          0.6 * au('chinRaiser'),
        )
      : '';
  return cheeks + freckles(frame, face) + folds + droop + bunny + frown + forehead + crow + chin;
}

function freckles(frame: Frame, face: FaceParameters): string {
  const { freckles: amount, hair } = face.identity;
  if (amount === 0) return '';
  const random = Random.stream(hair.pattern, 'freckles');
  return Array.from({ length: Math.round(40 * amount) }, () => {
    const side = random.chance(0.5) ? 1 : -1;
    const [cx, cy] = frame.on(side * random.between(4, 56), random.between(2, 34));
    return element('circle', { cx, cy, r: random.between(0.7, 1.5), fill: hex(colour('#8a4a26')), opacity: 0.4 });
  }).join('');
}
