import { describe, expect, it } from 'vitest';
import { fill } from '../../../src/shared/fill';
import { decimal, percent, percentDone } from '../../../src/shared/percent';

describe('a percentage', () => {
  it('has a space before its sign, and as many decimals as asked for', () => {
    expect([percent(0.4267), percent(0.734, 0), percent(1 / 3, 2), percent(-0.0001)]).toEqual([
      '42.7 %',
      '73 %',
      '33.33 %',
      '0.0 %',
    ]);
    expect(percent(0.5, 1, (value, decimals) => decimal(value, decimals).replace('.', ','))).toBe('50,0 %');
  });

  it('of work is whole, and 100 only at its end', () => {
    expect([0, 0.29, 0.999, 1, 1.2, -1].map(percentDone)).toEqual(['0 %', '29 %', '99 %', '100 %', '100 %', '0 %']);
    // every whole per cent is reached when it is done, not one later
    expect(Array.from({ length: 101 }, (_, i) => percentDone(i / 100))).toEqual(
      Array.from({ length: 101 }, (_, i) => `${i} %`),
    );
  });

  it('rounds as reasons in round files always did', () => {
    for (let i = 0; i <= 2000; i++) expect(percent(i / 2000, 0)).toBe(`${Math.round(100 * (i / 2000))} %`);
  });
});

describe('a text with places', () => {
  it('gets its values, numbers as people write them, and keeps a place without one', () => {
    expect(fill('{1} of {0}, {2}', 10_000, 'a')).toBe('a of 10,000, {2}');
    expect(fill('{10}{0}', 'x')).toBe('{10}x');
  });
});
