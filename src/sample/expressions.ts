import type { Random } from '../engine/numeric/random';
import type { ActionUnitName, ActionUnits } from './actionUnits';

/** The seven expressions, sorted: the class list of every sample dataset. */
export const expressions = ['angry', 'disgust', 'fear', 'happy', 'neutral', 'sad', 'surprise'] as const;
export type Expression = (typeof expressions)[number];

/** How one expression can look: the range of each action unit at full intensity. */
type Look = Partial<Record<ActionUnitName, readonly [least: number, most: number]>>;

/**
 * Several looks for each expression, because people show the same feeling with an open or a closed mouth. Prototypes:
 * Ekman & Friesen, "Facial Action Coding System" (1978), and the variants of its Investigator's Guide.
 */
const looks: Record<Expression, readonly Look[]> = {
  angry: [
    { browLowerer: [0.85, 1], upperLidRaiser: [0.2, 0.7], lidTightener: [0.4, 0.9], lipTightener: [0.7, 1] },
    {
      browLowerer: [0.85, 1],
      upperLidRaiser: [0.3, 0.8],
      lidTightener: [0.3, 0.8],
      upperLipRaiser: [0.5, 0.9],
      lowerLipDepressor: [0.6, 1],
      lipStretcher: [0, 0.35],
      lipsPart: [0.6, 1],
      jawDrop: [0.1, 0.6],
    },
  ],
  disgust: [
    {
      noseWrinkler: [0.75, 1],
      browLowerer: [0.2, 0.5],
      lidTightener: [0.3, 0.7],
      upperLipRaiser: [0.4, 0.8],
      lipCornerDepressor: [0.4, 0.9],
      lowerLipDepressor: [0.2, 0.5],
      chinRaiser: [0.2, 0.6],
    },
    {
      noseWrinkler: [0.75, 1],
      browLowerer: [0.1, 0.45],
      cheekRaiser: [0.1, 0.5],
      lidTightener: [0.3, 0.8],
      upperLipRaiser: [0.7, 1],
      lipCornerDepressor: [0.3, 0.7],
      lowerLipDepressor: [0.4, 0.9],
      lipsPart: [0.4, 0.8],
      jawDrop: [0.05, 0.3],
      tongueShow: [0, 1],
    },
  ],
  fear: [
    {
      innerBrowRaiser: [0.7, 1],
      outerBrowRaiser: [0.3, 0.6],
      browLowerer: [0.35, 0.65],
      upperLidRaiser: [0.7, 1],
      lipStretcher: [0.6, 1],
      lipsPart: [0.4, 0.9],
      jawDrop: [0.2, 0.55],
    },
    {
      innerBrowRaiser: [0.7, 1],
      outerBrowRaiser: [0.2, 0.5],
      browLowerer: [0.4, 0.7],
      upperLidRaiser: [0.6, 1],
      lidTightener: [0, 0.4],
      lipStretcher: [0.8, 1],
      lipsPart: [0.5, 0.9],
      lowerLipDepressor: [0.2, 0.7],
    },
  ],
  happy: [
    { cheekRaiser: [0.4, 0.9], lipCornerPuller: [0.8, 1] },
    { cheekRaiser: [0.5, 1], lipCornerPuller: [0.8, 1], lipsPart: [0.7, 1], jawDrop: [0.05, 0.2] },
    {
      cheekRaiser: [0.7, 1],
      lipCornerPuller: [0.8, 1],
      lipsPart: [0.8, 1],
      jawDrop: [0.3, 0.75],
      lidTightener: [0.1, 0.6],
    },
  ],
  neutral: [{}, { lipsPart: [0.1, 0.25] }, { upperLidDroop: [0.05, 0.2] }],
  sad: [
    {
      innerBrowRaiser: [0.75, 1],
      browLowerer: [0.2, 0.6],
      lipCornerDepressor: [0.75, 1],
      chinRaiser: [0.1, 0.6],
      upperLidDroop: [0.1, 0.45],
    },
    {
      innerBrowRaiser: [0.75, 1],
      browLowerer: [0.4, 0.8],
      cheekRaiser: [0.2, 0.5],
      lipCornerDepressor: [0.8, 1],
      lipsPart: [0.1, 0.4],
      upperLidDroop: [0.2, 0.6],
    },
    { innerBrowRaiser: [0.7, 1], lipCornerDepressor: [0.75, 1], upperLidDroop: [0.2, 0.6] },
  ],
  surprise: [
    {
      innerBrowRaiser: [0.75, 1],
      outerBrowRaiser: [0.75, 1],
      upperLidRaiser: [0.4, 0.8],
      lipsPart: [0.6, 1],
      jawDrop: [0.7, 1],
    },
    {
      innerBrowRaiser: [0.7, 1],
      outerBrowRaiser: [0.7, 1],
      upperLidRaiser: [0.4, 0.8],
      lipsPart: [0.5, 0.9],
      jawDrop: [0.6, 0.85],
    },
  ],
};

/** What every living face does besides: a share of images, and the range there. Hints at no expression. */
const habits: readonly [ActionUnitName, share: number, most: number][] = [
  ['innerBrowRaiser', 0.25, 0.15],
  ['outerBrowRaiser', 0.25, 0.15],
  ['browLowerer', 0.25, 0.15],
  ['lipCornerPuller', 0.2, 0.12],
  ['lipCornerDepressor', 0.2, 0.12],
  ['lipsPart', 0.2, 0.2],
  ['jawDrop', 0.12, 0.1],
  ['lipTightener', 0.15, 0.15],
  ['lidTightener', 0.2, 0.15],
];

/**
 * Draws the action units of an expression: one of its looks at some intensity (about one in sixteen is subtle, as in
 * pictures of real people), plus small habits. The expression is always the one asked for: no label noise.
 */
export function expressionUnits(
  expression: Expression,
  random: Random,
): { readonly intensity: number; readonly units: ActionUnits } {
  const options = looks[expression];
  const look = options[random.integer(options.length)];
  const subtle = random.chance(0.06);
  const intensity = subtle ? random.between(0.5, 0.65) : 0.75 + 0.25 * Math.sqrt(random.uniform());
  const units: { -readonly [name in ActionUnitName]?: number } = {};
  for (const [name, [least, most]] of Object.entries(look) as [ActionUnitName, [number, number]][])
    units[name] = random.between(least, most) * intensity;
  for (const [name, share, most] of habits) {
    const draw = random.chance(share) ? random.between(0, most) : 0;
    units[name] = Math.min(1, (units[name] ?? 0) + draw);
  }
  // Wide eyes are part of fear, surprise and some anger; everyone else is caught blinking now and then.
  if (random.chance(0.03) && units.upperLidRaiser === undefined) units.upperLidDroop = 1;
  return { intensity, units };
}
