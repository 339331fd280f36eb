/**
 * Loaded before every test file (vitest.config.mts). An expectation that can't fail is worse than none: `toMatchObject`
 * compares the own keys of what is expected, and a regular expression has none, so that it matches whatever is there.
 */
import { chai, expect } from 'vitest';

/** @throws TypeError when a regular expression stands anywhere in the expected value. */
function refuseRegExps(matcher: string, expected: unknown, path = ''): void {
  if (expected instanceof RegExp)
    throw new TypeError(
      `${matcher} compares no regular expression (${expected}${path ? ` at ${path.slice(1)}` : ''}), so it would always pass: use expect.stringMatching.`,
    );
  if (typeof expected !== 'object' || expected === null || 'asymmetricMatch' in expected) return;
  // own keys of plain objects and arrays only: buffers are large and hold no expectations
  if (ArrayBuffer.isView(expected)) return;
  for (const [key, value] of Object.entries(expected)) refuseRegExps(matcher, value, `${path}.${key}`);
}

chai.use(({ Assertion }, { overwriteMethod }) => {
  overwriteMethod(
    Assertion.prototype,
    'toMatchObject',
    (toMatchObject: (...args: unknown[]) => unknown) =>
      function (this: unknown, ...args: unknown[]) {
        refuseRegExps('toMatchObject', args[0]);
        return toMatchObject.apply(this, args);
      },
  );
});

for (const matchers of [expect, expect.not]) {
  const { objectContaining } = matchers;
  matchers.objectContaining = (expected) => {
    refuseRegExps('objectContaining', expected);
    return objectContaining.call(matchers, expected);
  };
}
