import { describe, expect, it } from 'vitest';
import { textTable } from '../../../src/engine/text/textTable';

describe('textTable', () => {
  it('aligns words left and numbers right', () => {
    const rows = [
      ['maxHerding', 'yes', '40.0 ± 0.5', '42.7 ± 1.2 (n=2)'],
      ['random', 'no', '30.0 (n=1)', '–'],
      ['all labels', '', '50.0', '50.0'],
    ];
    expect(textTable(['Strategy', 'Pre-training', '100 (10 %)', '200 (20 %)'], rows)).toBe(
      [
        'Strategy    Pre-training  100 (10 %)        200 (20 %)',
        '──────────  ────────────  ──────────  ────────────────',
        'maxHerding  yes           40.0 ± 0.5  42.7 ± 1.2 (n=2)',
        'random      no            30.0 (n=1)                 –',
        'all labels                      50.0              50.0',
      ].join('\n'),
    );
  });

  it('counts wide characters as two columns and lets no control character through', () => {
    const hostile = [
      ['日本', '1'],
      ['a\u001b[31mb', '22'],
    ];
    const [, , ...rows] = textTable(['Name', 'x'], hostile).split('\n');
    expect(rows).toEqual(['日本      1', 'a [31mb  22']);
  });
});
