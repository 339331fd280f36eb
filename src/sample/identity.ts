import type { Random } from '../engine/numeric/random';
import { type Colour, colour, mix, ramp } from './colour';

export const hairStyles = [
  'bald',
  'buzz',
  'short',
  'sidePart',
  'fringe',
  'receding',
  'curly',
  'afro',
  'bob',
  'long',
  'bun',
  'headscarf',
] as const;
export type HairStyle = (typeof hairStyles)[number];

export type BeardKind = 'none' | 'stubble' | 'moustache' | 'goatee' | 'full';

export interface Glasses {
  readonly form: 'round' | 'square' | 'wide';
  readonly colour: Colour;
  /** Stroke width in face units. */
  readonly weight: number;
  /** Opacity of the lens's tint, 0…1. */
  readonly tint: number;
}

/**
 * Everything about a person that stays when the expression changes. Sizes are factors around 1 or offsets in face units
 * (the head is about 156 units wide and 224 high).
 */
export interface Identity {
  /** Years. */
  readonly age: number;
  readonly head: {
    readonly width: number;
    readonly length: number;
    readonly jaw: number;
    readonly chin: number;
    readonly ears: number;
  };
  readonly skin: Colour;
  readonly freckles: number;
  readonly hair: {
    readonly style: HairStyle;
    readonly colour: Colour;
    readonly volume: number;
    /** −1 parted on the left, 1 on the right. */
    readonly parting: number;
    /** Which ragged edge, curls and strands. */
    readonly pattern: number;
  };
  readonly brows: {
    readonly thickness: number;
    readonly height: number;
    /** Outer end up (positive) or down, face units. */
    readonly slant: number;
    readonly arch: number;
    readonly colour: Colour;
  };
  readonly eyes: {
    readonly width: number;
    readonly openness: number;
    readonly distance: number;
    readonly slant: number;
    readonly height: number;
    readonly iris: Colour;
    readonly lashes: number;
    readonly crease: number;
  };
  readonly nose: { readonly length: number; readonly width: number; readonly bridge: number };
  readonly mouth: {
    readonly width: number;
    readonly upperLip: number;
    readonly lowerLip: number;
    readonly height: number;
    /** Corners of the mouth at rest, up (positive) or down, face units. */
    readonly rest: number;
    readonly colour: Colour;
  };
  readonly beard: { readonly kind: BeardKind; readonly density: number };
  readonly glasses?: Glasses;
}

const skins = ['#fbe3d2', '#f3cfb3', '#e8b990', '#d8a074', '#bd8053', '#99623b', '#73472b', '#52311f'].map(colour);
const hairs = ['#17120f', '#2b1d14', '#4a2f1d', '#6b4423', '#8c5a2b', '#b98a4a', '#d9b778', '#7a2f18'].map(colour);
const irises = ['#3b2413', '#4f3219', '#5d4a22', '#5a6b3c', '#4f7386', '#6f8fa3'].map(colour);
const frames = ['#1b1b1f', '#3a2418', '#6e1f24', '#7d7f86', '#23405e', '#a07a2c'].map(colour);
const scarves = ['#7b2d3b', '#2f4f6f', '#3f5d45', '#d9cbb8', '#4a3a5c', '#23262e', '#b4683f'].map(colour);
const grey = colour('#b9b8b5');

const pick = <T>(items: readonly T[], random: Random): T => items[random.integer(items.length)];

/** A normal draw around 1, kept within ±2.2 standard deviations. */
function about(random: Random, deviation: number, mean = 1): number {
  return mean + deviation * Math.min(Math.max(random.normal(), -2.2), 2.2);
}

/** Draws a person. */
export function sampleIdentity(random: Random): Identity {
  const age = random.chance(0.15) ? random.between(6, 18) : random.between(18, 78);
  const child = Math.max(0, (20 - age) / 14);
  const old = Math.max(0, (age - 45) / 33);
  const tone = random.uniform();
  const skin = mix(ramp(skins, tone), pick([colour('#d98a6a'), colour('#d8b25f')], random), random.between(0, 0.14));
  const natural = tone > 0.55 ? ramp(hairs, random.between(0, 0.25)) : ramp(hairs, random.uniform() ** 1.6);
  const hairColour = mix(natural, grey, Math.min(1, old * random.between(0, 1.5)));
  const masculine = random.chance(0.5);
  const style = pick<HairStyle>(
    masculine
      ? [
          'buzz',
          'short',
          'short',
          'sidePart',
          'sidePart',
          'fringe',
          'curly',
          'afro',
          age > 30 ? 'receding' : 'short',
          age > 35 ? 'bald' : 'buzz',
        ]
      : ['short', 'sidePart', 'fringe', 'curly', 'afro', 'bob', 'bob', 'long', 'long', 'long', 'bun', 'headscarf'],
    random,
  );
  const bearded = masculine && age > 19 && random.chance(0.5);
  const lip = mix(skin, colour('#a8323a'), masculine ? random.between(0.15, 0.35) : random.between(0.25, 0.7));
  const identity: Identity = {
    age,
    head: {
      width: about(random, 0.06) + 0.03 * child,
      length: about(random, 0.05) - 0.08 * child,
      jaw: Math.min(1.14, about(random, 0.08) + (masculine ? 0.05 : -0.05) - 0.04 * child),
      chin: about(random, 0.18) + (masculine ? 0.1 : -0.08),
      ears: about(random, 0.15),
    },
    skin,
    freckles: tone < 0.45 && random.chance(0.15) ? random.between(0.3, 1) : 0,
    hair: {
      style,
      colour: style === 'headscarf' ? pick(scarves, random) : hairColour,
      volume: random.between(0.4, 1.4),
      parting: random.chance(0.5) ? random.between(0.3, 0.8) : -random.between(0.3, 0.8),
      pattern: random.integer(1 << 30),
    },
    brows: {
      thickness: about(random, 0.22) * (masculine ? 1.15 : 0.8) * (1 - 0.2 * child),
      height: about(random, 2, 0),
      slant: about(random, 1.6, 0),
      arch: about(random, 0.5),
      colour: mix(mix(hairColour, colour('#2a1c12'), 0.5), skin, random.between(0, 0.1)),
    },
    eyes: {
      width: about(random, 0.08) + 0.08 * child,
      openness: about(random, 0.1) + 0.14 * child - 0.1 * old,
      distance: about(random, 0.06),
      slant: about(random, 1.3, 0.4),
      height: about(random, 1.8, 0) + 4 * child,
      iris: tone > 0.5 ? pick(irises.slice(0, 3), random) : pick(irises, random),
      lashes: masculine ? random.between(0, 0.4) : random.between(0.3, 1),
      crease: random.uniform(),
    },
    nose: {
      length: about(random, 0.1) - 0.12 * child,
      width: about(random, 0.14) + 0.12 * tone,
      bridge: random.between(0.3, 1),
    },
    mouth: {
      width: about(random, 0.1) - 0.05 * child,
      upperLip: about(random, 0.22) + 0.25 * tone - 0.2 * old,
      lowerLip: about(random, 0.2) + 0.25 * tone - 0.15 * old,
      height: about(random, 1.8, 0) - 2 * child,
      rest: about(random, 1, 0) - 0.8 * old,
      colour: lip,
    },
    beard: {
      kind: bearded ? pick<BeardKind>(['stubble', 'stubble', 'moustache', 'goatee', 'full', 'full'], random) : 'none',
      density: random.between(0.6, 1),
    },
  };
  if (!random.chance(0.1 + 0.25 * old + 0.06 * (1 - child))) return identity;
  return {
    ...identity,
    glasses: {
      form: pick(['round', 'square', 'wide'] as const, random),
      colour: pick(frames, random),
      weight: random.between(1.6, 4.4),
      tint: random.chance(0.1) ? random.between(0.1, 0.25) : 0.05,
    },
  };
}
