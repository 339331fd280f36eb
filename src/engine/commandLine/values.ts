import { InvalidArgumentError } from 'commander';
import type { Amount } from '../../shared/benchmarkProtocols';
import { type FeatureName, featureNames, isFeatureName, isRoundFeature } from '../../shared/features';

/** Parsers of option values; commander turns what they throw into one line and exit code 2. */

export function wholeNumber(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < minimum)
      throw new InvalidArgumentError(`Expected a whole number of at least ${minimum}.`);
    return value;
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

export function shareOfOne(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('Expected a number from 0 to 1.');
  return value;
}

export function shareInPercent(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 100))
    throw new InvalidArgumentError('Expected per cent from 0 to 100.');
  return value;
}

export function list(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.some((item) => item === '')) throw new InvalidArgumentError('Expected names separated by commas.');
  return items;
}

/** The name of features that rounds can look at, or of several side by side. */
export function featureNamed(text: string): FeatureName {
  if (isFeatureName(text) && isRoundFeature(text)) return text;
  const known = featureNames.filter(isRoundFeature);
  throw new InvalidArgumentError(`Known are ${known.join(', ')}, external:<name>, and several joined by +.`);
}

/** Strategies separated by commas; one may be a hybrid in JSON, whose commas separate nothing. */
export function strategyList(text: string): string[] {
  const items = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (character === ',' && depth === 0) items.push('');
    else items[items.length - 1] += character;
  }
  const names = items.map((item) => item.trim());
  if (names.some((name) => name === '')) throw new InvalidArgumentError('Expected names separated by commas.');
  return names;
}

/** Cumulative numbers of labels. */
export function budgetList(text: string): number[] {
  return list(text).map(wholeNumber(1));
}

/** A whole number of images, or a percentage of the pool such as 10%. */
export function amount(text: string): Amount {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  const value = Number(match?.[1]);
  const percent = match?.[2] === '%';
  if (!match || value <= 0 || (percent ? value > 100 : !Number.isSafeInteger(value)))
    throw new InvalidArgumentError('Expected a number of images (200) or a percentage of the pool (10%).');
  return { value, percent };
}

/** One number, or one a channel. */
export function channelNumbers(text: string): number[] {
  const numbers = list(text).map(Number);
  if (numbers.some((number) => !Number.isFinite(number)) || ![1, 3].includes(numbers.length))
    throw new InvalidArgumentError('Expected one number, or three separated by commas.');
  return numbers;
}

export function channelDeviations(text: string): number[] {
  const numbers = channelNumbers(text);
  if (numbers.some((number) => number <= 0)) throw new InvalidArgumentError('Expected numbers above 0.');
  return numbers;
}

const MOST_PIXELS = 4096;

/** A side (224), or width and height (112x96). */
export function imageSize(text: string): number | { readonly height: number; readonly width: number } {
  const match = /^(\d+)(?:x(\d+))?$/.exec(text.trim());
  const [width, height] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (!match || [width, height].some((side) => side < 1 || side > MOST_PIXELS))
    throw new InvalidArgumentError(`Expected pixels from 1 to ${MOST_PIXELS} (224), or width and height (112x96).`);
  return match[2] === undefined ? width : { height, width };
}

/** Options of a strategy: key=value, repeatable; values are JSON where they can be, else text. */
export function keyValue(text: string, previous: Record<string, unknown> = {}): Record<string, unknown> {
  const at = text.indexOf('=');
  if (at <= 0) throw new InvalidArgumentError('Expected name=value.');
  return { ...previous, [text.slice(0, at)]: jsonOrText(text.slice(at + 1)) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
