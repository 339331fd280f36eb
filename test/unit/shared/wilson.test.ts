import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../../src/shared/wilson';

describe('wilsonInterval', () => {
  // figures of R's binom::binom.wilson
  it.each([
    [5, 10, 0.2365931, 0.7634069],
    [0, 10, 0, 0.2775328],
    [81, 263, 0.2553, 0.3661],
  ])('%i of %i: %f to %f', (right, count, low, high) => {
    const interval = wilsonInterval(right / count, count)!;
    expect(interval.low).toBeCloseTo(low, 3);
    expect(interval.high).toBeCloseTo(high, 3);
  });

  it('says nothing of nothing, and stays within 0 and 1', () => {
    expect(wilsonInterval(0.5, 0)).toBeNull();
    expect(wilsonInterval(1, 3)!.high).toBe(1);
    expect(wilsonInterval(0, 3)!.low).toBeGreaterThanOrEqual(0);
  });
});
