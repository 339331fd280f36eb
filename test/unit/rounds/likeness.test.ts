import { describe, expect, it } from 'vitest';
import { matrix, row, unitRows } from '../../../src/engine/numeric/matrix';
import { Random } from '../../../src/engine/numeric/random';
import { alikeGroups, centred } from '../../../src/engine/rounds/likeness';

const random = Random.stream(5, 'images');
const rowsOf = (n: number, d: number) =>
  unitRows(
    matrix(
      n,
      d,
      Float32Array.from({ length: n * d }, () => 1 + random.normal()),
    ),
  );

describe('likeness', () => {
  it('is measured from the middle of all images', () => {
    const rows = rowsOf(40, 6);
    const found = centred(rows);
    const mean = Array.from({ length: 6 }, (_, t) => {
      let sum = 0;
      for (let i = 0; i < 40; i++) sum += row(rows, i)[t];
      return sum / 40;
    });
    for (let i = 0; i < 40; i++) {
      const wanted = Array.from(row(rows, i), (value, t) => value - mean[t]);
      const length = Math.hypot(...wanted);
      for (const [t, value] of wanted.entries()) expect(row(found, i)[t]).toBeCloseTo(value / length, 5);
    }
  });

  it.each([0.5, 0.8, 0.95])('of %f and more joins images, also by way of others', async (atLeast) => {
    const rows = centred(rowsOf(60, 4));
    const product = (i: number, j: number) => row(rows, i).reduce((sum, value, t) => sum + value * row(rows, j)[t], 0);
    const all = Array.from({ length: 60 }, (_, i) => i);
    // by brute force: everybody takes the lowest number among those who are alike, until nothing changes
    const names = [...all];
    for (let changed = true; changed; ) {
      changed = false;
      for (const i of all)
        for (const j of all)
          if (i !== j && product(i, j) >= atLeast && names[j]! < names[i]!) {
            names[i] = names[j]!;
            changed = true;
          }
    }
    const wanted = all
      .filter((i) => names[i] === i)
      .map((first) => all.filter((i) => names[i] === first))
      .filter((group) => group.length > 1);
    const groups = await alikeGroups(rows, atLeast, async () => {});
    expect(groups.map(({ images }) => images)).toEqual(wanted);
    for (const { images, likeness } of groups) {
      const nearest = images.map((i) => Math.max(...images.filter((j) => j !== i).map((j) => product(i, j))));
      expect(likeness).toBeCloseTo(Math.min(...nearest), 5);
    }
  });
});
