import { describe, expect, it } from 'vitest';
import { ProgressDisplay } from '../../src/engine/commandLine/progressDisplay';
import { failureOf } from '../../src/engine/commandLine/run';
import { amount, keyValue, list, positiveNumber, wholeNumber } from '../../src/engine/commandLine/values';
import { cancelledError, inputError, usageError } from '../../src/engine/errors';
import { formatSeconds, progressLine, RateMeter } from '../../src/engine/text/rate';

describe('RateMeter', () => {
  it('measures each stage from its own start and leaves earlier work out', () => {
    const meter = new RateMeter();
    expect(meter.update({ stage: 'A', done: 100, total: 200 }, 0).rate).toBeUndefined();
    expect(meter.update({ stage: 'A', done: 120, total: 200 }, 2_000)).toMatchObject({ rate: 10, secondsLeft: 8 });
    expect(meter.update({ stage: 'B', done: 0, total: 10 }, 3_000).rate).toBeUndefined();
    expect(meter.update({ stage: 'B', done: 5, total: 10 }, 4_000)).toMatchObject({ rate: 5, secondsLeft: 1 });
  });

  it('tells the rate of the last minute, not of all the time before', () => {
    const meter = new RateMeter();
    const doneAt = (second: number) => (second <= 600 ? 10 * second : 6_000 + 2 * (second - 600));
    const at = (second: number) => meter.update({ stage: 'A', done: doneAt(second), total: 1e6 }, second * 1_000);
    for (let second = 0; second < 661; second++) at(second);
    const { rate, secondsLeft, done } = at(661);
    expect(rate).toBeCloseTo(2, 0);
    expect(secondsLeft).toBeCloseTo((1e6 - done) / rate!, 6);
  });

  it('is right again seconds after the machine has slept', () => {
    const meter = new RateMeter();
    for (let second = 0; second <= 100; second++)
      meter.update({ stage: 'A', done: 10 * second, total: 1e4 }, second * 1_000);
    const night = 40 * 3_600_000;
    for (let second = 101; second <= 107; second++)
      meter.update({ stage: 'A', done: 10 * second, total: 1e4 }, night + second * 1_000);
    const { rate } = meter.update({ stage: 'A', done: 1_080, total: 1e4 }, night + 108_000);
    expect(rate).toBeCloseTo(10, 1);
  });
});

describe('progress as text', () => {
  it.each([
    [0, '0 s'],
    [59.4, '59 s'],
    [200, '3 min 20 s'],
    [7_500, '2 h 05 min'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it('is one line', () => {
    const progress = { stage: 'Decoding', done: 1200, total: 9000, unit: 'images', rate: 450, secondsLeft: 17.3 };
    expect(progressLine({ ...progress, message: 'x' })).toBe('Decoding: 1200/9000 images (13 %), 450/s, 17 s left, x');
    expect(progressLine({ stage: 'Slow', done: 1, total: 3, rate: 0.01 })).toBe('Slow: 1/3 (33 %), 1 min 40 s each');
  });

  it('is not shown for short jobs, nor when it is not wanted', () => {
    const lines: string[] = [];
    for (const mode of ['lines', 'none'] as const)
      new ProgressDisplay(mode, (line) => lines.push(line)).report({ stage: 'A', done: 1, total: 2 });
    expect(lines).toEqual([]);
  });
});

describe('failureOf', () => {
  it.each([
    [usageError('Wrong.'), 2, 'usage'],
    [inputError('Bad\n  file.'), 1, 'input'],
    [cancelledError(), 130, 'cancelled'],
    [new TypeError('x of\nundefined'), 1, 'defect'],
    ['text', 1, 'defect'],
  ])('%s', (error, exitCode, code) => {
    const failure = failureOf(error);
    expect(failure).toMatchObject({ exitCode, code });
    expect(failure.message).not.toMatch(/\n/);
  });
});

describe('values', () => {
  it('are read', () => {
    expect(wholeNumber(1)('12')).toBe(12);
    expect(positiveNumber('0.5')).toBe(0.5);
    expect(list('a, b')).toEqual(['a', 'b']);
    expect(amount('10%')).toEqual({ value: 10, percent: true });
    expect(amount('200')).toEqual({ value: 200, percent: false });
    expect(keyValue('name=x=y', keyValue('sigma=0.5'))).toEqual({ sigma: 0.5, name: 'x=y' });
  });

  it.each([
    [wholeNumber(1), ['0', '1.5', 'x', '', '1e99', ' ']],
    [positiveNumber, ['0', '-1', 'x', '', 'Infinity']],
    [list, ['', 'a,,b']],
    [amount, ['0', '101%', '1.5', '-3', '%', 'x']],
    [keyValue, ['x', '=1']],
  ] as [(text: string) => unknown, string[]][])('%o refuses what it cannot read', (parse, texts) => {
    for (const text of texts) expect(() => parse(text)).toThrow(/Expected/);
  });
});
