import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvText } from '../../../src/shared/csv';

describe('csvText', () => {
  it('quotes only what needs it', () => {
    const rows = [
      ['plain', 'a,b', 'say "hi"', 'two\nlines', 'cr\rlf'],
      ['=1+1', '-2', '@x', 'in between', 7],
      [' before', 'after ', '', "l'été", 'עברית'],
    ];
    expect(csvText(rows)).toBe(
      `plain,"a,b","say ""hi""","two\nlines","cr\rlf"\n=1+1,-2,@x,in between,7\n" before","after ",,l'été,עברית\n`,
    );
    expect(csvText([['a', 1]], '\r\n')).toBe('a,1\r\n');
    expect(csvText([])).toBe('');
  });

  it('is read back as it was written, also by a reader that trims', () => {
    const field = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', '=', ' ', '\t', ';', 'a', 'é', '😀') });
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { minLength: 1 }), fc.boolean(), (rows, trim) => {
        const text = csvText([['head', 'er'], ...rows]);
        expect(parse(text, { trim, record_delimiter: '\n' })).toEqual([['head', 'er'], ...rows]);
      }),
    );
  });
});
