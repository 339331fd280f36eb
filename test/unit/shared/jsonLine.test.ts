import { describe, expect, it } from 'vitest';
import { brokenLine } from '../../../src/shared/jsonLine';

const whole = '{\n  "a": [1, -2.5e+3, true, null, "x\\"\\n{"],\n  "b": { "c": {} },\n  "d": []\n}\n';

describe('brokenLine', () => {
  it.each([
    ['a comma too many', whole.replace('{} }', '{}, }'), 3],
    ['a comma too few', whole.replace('"],', '"]'), 3],
    ['a comma too many in a list', '[\n1,\n]', 3],
    ['something after the end', `${whole}{}`, 6],
    ['an end that is missing', whole.slice(0, -2), 4],
    ['a text without an end', '{\n"a": "b\n}', 2],
    ['a bracket of another kind', '{ "a": [1\n} }', 2],
    ['a key without quotation marks', '{\n\na: 1}', 3],
    ['a number that is none', '[1,\n01]', 2],
    ['no colon', '{\n"a" 1}', 2],
    ['a sign that is none', '\n\n%', 3],
    ['nothing', '', 1],
  ])('finds %s', (_, text, line) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(brokenLine(text)).toBe(line);
  });

  it('goes through a list of a million rows without a deep call stack, and through deep brackets', () => {
    expect(brokenLine(`[${'1,\n'.repeat(1_000_000)}]`)).toBe(1_000_001);
    expect(brokenLine(`${'[\n'.repeat(100_000)}}`)).toBe(100_001);
  });
});
