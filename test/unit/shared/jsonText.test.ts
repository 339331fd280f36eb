import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/shared/jsonText';

describe('parseJson', () => {
  it('passes over a mark of the byte order', () => {
    expect(parseJson('\uFEFF{"a": "\uFEFF"}')).toEqual({ a: '\uFEFF' });
  });

  it.each([
    ['[1, NaN]', 'line 1 has NaN, which is not a finite number, and JSON knows no others'],
    ['{"a": [\n1,\n-Infinity]}', 'line 3 has -Infinity, which is not a finite number'],
    ['[1e5, -2.5E+3, nan]', 'line 1 has nan, which is not a finite number'],
    ['{"NaN": "NaN \\" NaN",\n"b": None}', 'line 2 has None, which is no value of JSON'],
    ['[true, false, null, True]', 'line 1 has True, which is no value of JSON'],
  ])('names what JSON does not know: %j', (text, message) => {
    expect(() => parseJson(text)).toThrow(message);
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });

  it('leaves other faults as they are', () => {
    expect(() => parseJson('{"a": "NaN')).toThrow(/Unterminated|Unexpected/);
    expect(() => parseJson('[1,]')).toThrow(/Unexpected/);
  });
});
