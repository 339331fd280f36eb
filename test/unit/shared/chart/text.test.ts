import { describe, expect, it } from 'vitest';
import { elide, escapeXml, poolPercent, shortPercent, textWidth, wholeNumber } from '../../../../src/shared/chart/text';

describe('escapeXml', () => {
  it('escapes markup and quotes and drops what XML cannot hold', () => {
    expect(escapeXml(`<a b="c">'&`)).toBe('&lt;a b=&quot;c&quot;&gt;&#39;&amp;');
    expect(escapeXml('a\u0000\u001b\ud800\ufffeb\n😀')).toBe('ab\n😀');
  });
});

describe('elide', () => {
  it('keeps what fits, cuts what does not, and never splits an emoji', () => {
    expect(elide('short', 200, 12)).toBe('short');
    const cut = elide('a very long name indeed', 80, 12);
    expect(cut).toMatch(/^a very.*…$/);
    expect(textWidth(cut, 12)).toBeLessThanOrEqual(80);
    const family = '👩🏽‍🔬';
    expect(elide(family.repeat(5), 50, 12)).toMatch(new RegExp(`^(${family})+…$`, 'u'));
  });
});

describe('numbers', () => {
  it('are written the same everywhere', () => {
    expect([7, 350, 28709, 1234567].map(wholeNumber)).toEqual(['7', '350', '28,709', '1,234,567']);
    expect([350, 20, 7, 1435].map((labelled) => poolPercent(labelled, 7000))).toEqual([
      '5 %',
      '0.29 %',
      '0.10 %',
      '21 %',
    ]);
    expect([0.3, 0.125, 0].map(shortPercent)).toEqual(['30 %', '12.5 %', '0 %']);
  });
});
