import type { Random } from '../engine/numeric/random';
import { type Colour, mix, muted, natural } from './colour';

/** A plain shape behind the person; places and sizes in face units (the picture is 256 wide), turned by degrees. */
export interface Thing {
  readonly form: 'ellipse' | 'rectangle';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly turn: number;
  readonly colour: Colour;
}

type Backdrop = (random: Random) => Thing[];

/** From one edge of the picture to the other, with room for a turn. */
const REACH = 180;

const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const ellipse = (x: number, y: number, width: number, height: number, colour: Colour, turn = 0): Thing => ({
  form: 'ellipse',
  x,
  y,
  width,
  height,
  turn,
  colour,
});

const rectangle = (x: number, y: number, width: number, height: number, colour: Colour, turn = 0): Thing => ({
  form: 'rectangle',
  x,
  y,
  width,
  height,
  turn,
  colour,
});

const anywhere = (random: Random): number => random.between(-REACH, REACH);

/** Lamps out of focus. */
const lights: Backdrop = (random) =>
  many(random.integer(14) + 4, () => {
    const size = random.between(14, 70);
    return ellipse(anywhere(random), anywhere(random), size, size, natural(random));
  });

/** Blinds, planks, a striped wall. */
const stripes: Backdrop = (random) => {
  const [first, second] = [natural(random), muted(random)];
  const step = random.between(14, 52);
  const share = random.between(0.25, 0.7);
  const turn = random.chance(0.5) ? random.between(-12, 12) : 90 + random.between(-12, 12);
  const radians = (turn * Math.PI) / 180;
  return many(Math.ceil((2 * REACH) / step), (i) => {
    const off = i * step - REACH;
    const tone = mix(first, second, random.uniform());
    return rectangle(off * Math.cos(radians), off * Math.sin(radians), step * share, 4 * REACH, tone, turn);
  });
};

/** Shelves with books, or a street of windows. */
const shelves: Backdrop = (random) => {
  const rows = random.integer(3) + 2;
  const height = (2 * REACH) / rows;
  const wood = muted(random);
  return many(rows, (row): Thing[] => {
    const y = -REACH + (row + 0.5) * height;
    const books: Thing[] = [];
    for (let x = -REACH; x < REACH; ) {
      const width = random.between(9, 30);
      const tall = height * random.between(0.5, 0.85);
      books.push(rectangle(x + width / 2, y + (0.88 * height - tall) / 2, width * 0.92, tall, natural(random)));
      x += width + (random.chance(0.12) ? random.between(10, 40) : 0);
    }
    return [...books, rectangle(0, y + 0.47 * height, 2 * REACH, 0.1 * height, wood)];
  }).flat();
};

/** Bricks or tiles. */
const tiles: Backdrop = (random) => {
  const [stone, joint] = [natural(random), muted(random)];
  const width = random.between(26, 64);
  const height = width * random.between(0.4, 1);
  const shift = random.chance(0.6) ? 0.5 : 0;
  const across = Math.ceil((2 * REACH) / width);
  return many(Math.ceil((2 * REACH) / height) * across, (i) => {
    const row = Math.floor(i / across);
    const x = -REACH + ((i % across) + (row % 2) * shift) * width;
    const tone = mix(stone, joint, random.between(0, 0.35));
    return rectangle(x, -REACH + row * height, width * 0.9, height * 0.86, tone);
  });
};

/** Leaves. */
const foliage: Backdrop = (random) => {
  const leaf = natural(random);
  return many(60, () => {
    const length = random.between(18, 52);
    const tone = mix(leaf, muted(random), random.between(0, 0.8));
    return ellipse(
      anywhere(random),
      anywhere(random),
      length,
      length * random.between(0.25, 0.6),
      tone,
      random.between(0, 180),
    );
  });
};

/** A window and its bars. */
const windows: Backdrop = (random) => {
  const sky = mix(natural(random), [235, 240, 245], random.between(0.5, 1));
  const bar = muted(random);
  const [x, y] = [random.between(-110, 110), random.between(-90, 40)];
  const [width, height] = [random.between(80, 190), random.between(120, 260)];
  return [
    rectangle(x, y, width + 14, height + 14, bar),
    rectangle(x, y, width, height, sky),
    rectangle(x, y, 6, height, bar),
    rectangle(x, y + height * random.between(-0.2, 0.2), width, 6, bar),
  ];
};

/** Other people, far behind. */
const people: Backdrop = (random) =>
  many(random.integer(3) + 1, (): Thing[] => {
    const side = random.chance(0.5) ? 1 : -1;
    const [x, y] = [side * random.between(60, 140), random.between(-80, 70)];
    const size = random.between(34, 84);
    const skin: Colour = mix([228, 186, 150], [84, 54, 36], random.uniform());
    return [
      ellipse(x, y + 1.5 * size, 2.1 * size, 2 * size, natural(random)),
      ellipse(x, y - 0.12 * size, 1.02 * size, 1.2 * size, mix([30, 22, 18], [150, 110, 60], random.uniform())),
      ellipse(x, y + 0.08 * size, 0.84 * size, 1.1 * size, skin),
    ];
  }).flat();

/** Ground, horizon, houses. */
const street: Backdrop = (random) => {
  const horizon = random.between(-40, 80);
  const houses: Thing[] = [];
  for (let x = -REACH; x < REACH; ) {
    const [width, height] = [random.between(30, 100), random.between(30, 190)];
    houses.push(rectangle(x + width / 2, horizon - height / 2, width, height, natural(random)));
    x += width * random.between(0.9, 1.4);
  }
  return [...houses, rectangle(0, horizon + REACH, 2 * REACH, 2 * REACH, muted(random))];
};

const wall: Backdrop = () => [];

const backdrops: readonly Backdrop[] = [wall, lights, stripes, shelves, tiles, foliage, windows, people, street];

/** Draws what stands behind a person in a photograph. */
export function sampleBackdrop(random: Random): Thing[] {
  return backdrops[random.integer(backdrops.length)](random);
}
