import {
  type SymbolType,
  symbol,
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  symbolWye,
} from 'd3-shape';
import { strategyPlace } from '../strategyName';
import { baselineStrategy, type CurveChart, type CurveSeries } from './curve';
import { paletteSize, type Theme } from './theme';

/** How one series is told from the others: by colour, dash and marker at once. */
export interface SeriesStyle {
  readonly colour: string;
  /** stroke-dasharray; null is a solid line. */
  readonly dash: string | null;
  /** Path of the marker around (0, 0). */
  readonly marker: string;
  /** Filled markers are pre-trained (or not in question), hollow ones are not. */
  readonly filled: boolean;
  readonly width: number;
}

/** A regular polygon with the area that d3 asks for, first corner at `turn` (radians from the top). */
const polygon = (corners: number, turn = 0): SymbolType => ({
  draw(context, size) {
    const radius = Math.sqrt((2 * size) / (corners * Math.sin((2 * Math.PI) / corners)));
    for (let i = 0; i < corners; i++) {
      const angle = turn + (2 * Math.PI * i) / corners;
      const x = radius * Math.sin(angle);
      const y = -radius * Math.cos(angle);
      if (i === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.closePath();
  },
});

const hourglass: SymbolType = {
  draw(context, size) {
    const half = Math.sqrt(size / 2);
    context.moveTo(-half, -half);
    context.lineTo(half, -half);
    context.lineTo(-half, half);
    context.lineTo(half, half);
    context.closePath();
  },
};

const baselineMarker = symbolCircle;
const markers: readonly SymbolType[] = [
  symbolSquare,
  symbolTriangle,
  symbolDiamond,
  polygon(3, Math.PI), // triangle on its tip
  symbolCross,
  polygon(5),
  symbolStar,
  polygon(6),
  symbolWye,
  hourglass,
  polygon(3, Math.PI / 2), // triangle to the right
  polygon(3, -Math.PI / 2), // triangle to the left
];

/** Long strokes for series with pre-training, or where that is not in question. */
const longDashes = [
  null,
  '14 3',
  '9 3',
  '14 3 2 3',
  '9 3 2 3',
  '20 4',
  '14 3 2 3 2 3',
  '7 2',
  '24 3 2 3',
  '9 3 2 3 2 3',
  '18 3 6 3',
  '12 6',
];
/** Short strokes for series without. */
const shortDashes = [
  '5 4',
  '2 3',
  '4 2',
  '6 3 1 3',
  '3 3',
  '5 2 1 2',
  '2 2',
  '6 5',
  '4 3 1 3',
  '1 3',
  '3 5',
  '5 3 2 3',
];
const baselineDashes = { long: '6 2', short: '1.5 3.5' };

/** Laps of the palette that the strategies take, and the user's own run before them. */
const LAPS = 2;
/** Kinds of features that a benchmark's strategies usually ran on at most. */
const VARIANTS = 3;

/**
 * The slot of a strategy: its colour is the same in every chart. `variant`: which of several curves of the same strategy it is, by other
 * features or another benchmark; these differ by dash and marker. Null for a name that nobody knows.
 */
export function strategySlot(strategy: string, variant: number): number | null {
  if (strategy === baselineStrategy) return -1 - variant;
  const place = strategyPlace(strategy);
  return place === null ? null : 1 + place + LAPS * paletteSize * variant;
}

/** The slot in the benchmark of that number, among several in one chart. */
export const inBenchmark = (slot: number, benchmark: number): number =>
  slot < 0 ? slot - VARIANTS * benchmark : slot + VARIANTS * LAPS * paletteSize * benchmark;

/** Strategies by order of appearance: one slot for a name, so that its two variants look related. */
function slotsOf(series: readonly CurveSeries[]): number[] {
  const slotOfName = new Map<string, number>();
  const used = new Set<string>();
  let next = 0;
  return series.map((one) => {
    if (one.role === 'baseline') return 0;
    const variant = JSON.stringify([one.name, one.pretrained ?? true]);
    let slot = one.slot ?? slotOfName.get(one.name);
    if (slot === undefined || (one.slot === undefined && used.has(variant))) slot = next++;
    slotOfName.set(one.name, slot);
    used.add(variant);
    return slot;
  });
}

/**
 * Styles of all series. A strategy's two variants (with and without pre-training) share the marker's shape and the
 * colour's name; the one without is hollow and short-dashed. Two strategies never share colour, dash or marker below
 * 13 of them.
 */
export function stylesOf(chart: CurveChart, theme: Theme, markerArea: number): SeriesStyle[] {
  const slots = slotsOf(chart.series);
  return chart.series.map((series, i) => {
    const filled = series.pretrained !== false;
    const slot = slots[i] ?? 0;
    const look = series.role === 'baseline' ? baselineLook(filled, theme) : strategyLook(slot, filled, theme);
    return {
      colour: look.colour,
      dash: look.dash,
      marker: rounded(symbol<null>(look.marker, markerArea)(null) ?? ''),
      filled,
      width: series.role === 'baseline' ? 1.75 : series.role === 'run' ? 3 : 2,
    };
  });
}

const baselineLook = (filled: boolean, theme: Theme) => ({
  colour: theme.baseline,
  dash: baselineDashes[filled ? 'long' : 'short'],
  marker: baselineMarker,
});

/** Colours begin anew after the last one, with the next dash and marker. */
function strategyLook(slot: number, filled: boolean, theme: Theme) {
  const lap = slot < 0 ? 0 : Math.floor(slot / paletteSize);
  const place = slot < 0 ? -slot : slot % paletteSize;
  const dashes = filled ? longDashes : shortDashes;
  return {
    colour: slot < 0 ? theme.baseline : (theme.series[place] ?? theme.ink),
    dash: dashes[(place + lap) % dashes.length] ?? null,
    marker: markers[(place + lap) % markers.length]!,
  };
}

/** Path coordinates to a hundredth of a pixel: short files, and the same text on every machine. */
const rounded = (path: string): string =>
  path.replace(/-?\d+\.\d+(e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2)) + 0));
