import type { ActionUnitName } from './actionUnits';
import type { FaceParameters } from './parameters';
import type { Point } from './svg';

export type Side = -1 | 1;

/** One eye; lids are heights above and below the centre at the middle of the eye. */
export interface EyeMarks {
  readonly side: Side;
  readonly centre: Point;
  readonly halfWidth: number;
  readonly upperLid: number;
  readonly lowerLid: number;
  /** Where the upper lid is highest: −1 inner corner … 1 outer corner. */
  readonly peak: number;
  /** How much higher the outer corner lies than the inner one. */
  readonly slant: number;
}

/** One brow's centre line from the inner to the outer end. */
export interface BrowMarks {
  readonly side: Side;
  readonly line: readonly [inner: Point, middle: Point, arch: Point, outer: Point];
  readonly thickness: number;
}

export interface NoseMarks {
  readonly top: number;
  readonly tip: number;
  readonly wingX: number;
  readonly wingY: number;
}

/** The mouth as four curves from the left corner to the right one. */
export interface MouthMarks {
  readonly left: Point;
  readonly right: Point;
  readonly upperOuter: readonly Point[];
  readonly upperInner: readonly Point[];
  readonly lowerInner: readonly Point[];
  readonly lowerOuter: readonly Point[];
  /** Distance between the lips at the middle. */
  readonly gap: number;
}

/** Where the parts of a face are, in face units, before the head is turned. */
export interface Landmarks {
  readonly eyes: readonly EyeMarks[];
  readonly brows: readonly BrowMarks[];
  readonly nose: NoseMarks;
  readonly mouth: MouthMarks;
  /** Half widths of the head, and its lowest point. */
  readonly head: {
    readonly width: number;
    readonly jaw: number;
    readonly chin: number;
    readonly chinY: number;
    readonly crownY: number;
  };
  /** How far the jaw has dropped. */
  readonly drop: number;
}

/** An action unit's strength on one side of the face. */
type Strength = (name: ActionUnitName, side?: Side) => number;

function eye(face: FaceParameters, strength: Strength, side: Side): EyeMarks {
  const { eyes, age } = { ...face.identity.eyes, eyes: face.identity.eyes, age: face.identity.age };
  const au = (name: ActionUnitName): number => strength(name, side);
  const closed = Math.min(1, strength('upperLidDroop'));
  const squint = 0.5 * au('lidTightener') + 0.45 * au('cheekRaiser') + 0.4 * au('noseWrinkler');
  const upper = 9.2 * eyes.openness + 7 * au('upperLidRaiser') - 4.4 * squint - 2.6 * au('browLowerer');
  const lower = 6.2 * eyes.openness + 2 * au('upperLidRaiser') - 5.8 * squint;
  return {
    side,
    centre: [side * 34.5 * eyes.distance * face.identity.head.width, -16 + eyes.height],
    halfWidth: 18 * eyes.width,
    upperLid: closed > 0.9 ? -1.6 : Math.max(2.4, upper * (1 - 0.75 * closed)),
    lowerLid: closed > 0.9 ? 3.2 : Math.max(1.4, lower),
    peak:
      -0.1 -
      0.45 * au('innerBrowRaiser') * (1 - au('outerBrowRaiser')) +
      0.4 * au('browLowerer') * (1 - au('innerBrowRaiser')),
    slant: eyes.slant + 0.8 - 0.03 * Math.max(0, age - 40) - 1.2 * au('innerBrowRaiser') * (1 - au('outerBrowRaiser')),
  };
}

function brow(face: FaceParameters, strength: Strength, side: Side): BrowMarks {
  const { brows, eyes, head } = face.identity;
  const au = (name: ActionUnitName): number => strength(name, side);
  const inner = au('innerBrowRaiser');
  const outer = au('outerBrowRaiser');
  const frown = au('browLowerer');
  const base = -40 + eyes.height * 0.6 - brows.height;
  // Raised and drawn together (fear, sadness) gives an oblique brow; lowered alone, an angry one.
  const down = 13 * frown * (1 - 0.85 * inner) + 4 * au('noseWrinkler') + 1.5 * au('cheekRaiser');
  const x = (value: number): number => side * value * head.width * (0.5 + 0.5 * eyes.distance);
  const together = 5 * frown + 1.5 * au('noseWrinkler');
  return {
    side,
    line: [
      [x(14.5 - together), base - 17 * inner - 4 * outer + down * 1.2],
      [x(27 - together * 0.7), base - 1.8 * brows.arch - 13 * inner - 9 * outer + down],
      [x(43), base - 3.2 * brows.arch - 0.6 * brows.slant - 4.5 * inner - 14 * outer + down * 0.42],
      [x(58), base + 5 - brows.slant - 8 * outer + 1.5 * inner - 1.5 * frown],
    ],
    thickness: 4.8 * brows.thickness * (1 + 0.15 * frown),
  };
}

function nose(face: FaceParameters, strength: Strength): NoseMarks {
  const { nose: own } = face.identity;
  const wrinkle = strength('noseWrinkler');
  const tip = 27 + 12 * (own.length - 1) - 3 * wrinkle;
  return {
    top: -20,
    tip,
    wingX: 14.5 * own.width + 1.8 * wrinkle + 1.5 * strength('lipCornerPuller'),
    wingY: tip + 1 - 4.5 * wrinkle - 1.5 * strength('upperLipRaiser'),
  };
}

function mouth(face: FaceParameters, strength: Strength, drop: number, noseTip: number): MouthMarks {
  const own = face.identity.mouth;
  const smile = strength('lipCornerPuller');
  const stretch = strength('lipStretcher');
  const tight = strength('lipTightener');
  const parted = strength('lipsPart');
  const lift = strength('upperLipRaiser');
  const pull = strength('lowerLipDepressor');
  const push = strength('chinRaiser');
  const line = 58 + own.height + 0.35 * (noseTip - 27);
  const round = Math.min(1, drop / 26) * (1 - smile) * (1 - 0.8 * stretch);
  const half =
    28 * own.width + 10 * smile + 10 * stretch + 1.5 * strength('lipCornerDepressor') - 6 * tight - 9 * round;
  const corner = (side: Side): Point => [
    side * half,
    line -
      own.rest -
      18 * strength('lipCornerPuller', side) +
      15 * strength('lipCornerDepressor', side) +
      4 * stretch +
      (0.46 * drop + 1.5 * parted) * (1 - 0.6 * smile) +
      pull,
  ];
  const left = corner(-1);
  const right = corner(1);

  const centreUpper =
    line - 6.5 * lift - 2 * strength('noseWrinkler') - 1.2 * parted - 4 * push - 1 * smile - 0.12 * drop;
  const gap =
    parted * (3.2 + 5 * smile + 3.5 * stretch + 2 * lift) +
    drop * 0.98 +
    pull * (1.5 + 5 * parted) +
    (parted > 0.1 ? 3 * lift : 0);
  const centreLower = centreUpper + gap;

  const thin = (1 - 0.62 * tight) * (1 - 0.28 * smile) * (1 - 0.25 * stretch) * (1 - 0.3 * round);
  const upperLip = 6.6 * own.upperLip * thin;
  const lowerLip = 8.6 * own.lowerLip * thin + 2 * push;
  /** A curve from corner to corner; `share` of the way back to the corner's height at the quarter points. */
  const lip = (middle: number, bend: number, share: number): Point[] => [
    left,
    [0.56 * left[0], middle + bend + (left[1] - middle) * share],
    [0, middle],
    [0.56 * right[0], middle + bend + (right[1] - middle) * share],
    right,
  ];
  const share = 0.32 - 0.14 * Math.min(1, gap / 14);
  const squared = 2.2 * lift;
  const top = centreUpper - upperLip;
  const sideTop = (edge: Point): number => centreUpper + (edge[1] - centreUpper) * 0.36 - 0.72 * upperLip - squared;
  return {
    left,
    right,
    upperOuter: [
      left,
      [0.55 * left[0], sideTop(left)],
      [0.2 * left[0], top - 0.6 * squared - 0.8],
      [0, top + 0.22 * upperLip],
      [0.2 * right[0], top - 0.6 * squared - 0.8],
      [0.55 * right[0], sideTop(right)],
      right,
    ],
    upperInner: lip(centreUpper, -0.6 * squared * (parted > 0.1 ? 1 : 0.3), share),
    lowerInner: lip(centreLower, 0.35 * pull * Math.min(gap, 4), share),
    lowerOuter: lip(centreLower + lowerLip, -0.16 * lowerLip + 0.3 * pull * 4, share * 0.9),
    gap,
  };
}

/** The landmarks of a face: the person's own, moved by the action units. */
export function landmarks(face: FaceParameters): Landmarks {
  const strength: Strength = (name, side) => {
    const own = face.units[name] ?? 0;
    return side === undefined ? own : own * (1 + side * face.pose.asymmetry);
  };
  const { head } = face.identity;
  const drop = 38 * strength('jawDrop');
  const noseMarks = nose(face, strength);
  return {
    eyes: [eye(face, strength, -1), eye(face, strength, 1)],
    brows: [brow(face, strength, -1), brow(face, strength, 1)],
    nose: noseMarks,
    mouth: mouth(face, strength, drop, noseMarks.tip),
    head: {
      width: 78 * head.width,
      jaw: 62 * head.width * head.jaw - 0.06 * drop,
      chin: 22 * head.chin,
      chinY: 106 * head.length + 0.62 * drop - 2.5 * strength('chinRaiser'),
      crownY: -118 * (0.5 + 0.5 * head.length),
    },
    drop,
  };
}
