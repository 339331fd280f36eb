import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { builtInRecipe } from '../../../src/engine/encoders/builtIn';
import { preprocess } from '../../../src/engine/encoders/preprocess';

const COLOUR = { r: 200, g: 120, b: 30 };

/** The value in the middle of each plane of what an encoder is fed of a picture of one colour. */
async function fed(name: 'faces' | 'general'): Promise<number[]> {
  const { preprocessing, input } = builtInRecipe(name, ['happy', 'sad']);
  const create = { width: 20, height: 30, channels: 3, background: COLOUR } as const;
  const values = await preprocess(await sharp({ create }).png().toBuffer(), preprocessing, input);
  const area = input.height * input.width;
  expect(values.length).toBe(3 * area);
  return [0, 1, 2].map((plane) => values[plane * area + area / 2]!);
}

describe('what a built-in encoder is fed', () => {
  it('faces: B, G, R from 0 to 255, less the mean of each', async () => {
    const expected = [30 - 103.939, 120 - 116.779, 200 - 123.68];
    for (const [i, value] of (await fed('faces')).entries()) expect(value).toBeCloseTo(expected[i]!, 4);
  });

  it('general: R, G, B from 0 to 255 as they are', async () => {
    expect(await fed('general')).toEqual([200, 120, 30]);
  });

  it('has another digest for other classes only where they name a side', () => {
    const digest = (...classes: string[]) => builtInRecipe('faces', classes).digest;
    expect(digest('happy', 'sad')).toBe(digest('cat', 'dog'));
    expect(digest('a', 'b')).toBe(digest('left', 'right'));
    expect(digest('left', 'right')).not.toBe(digest('happy', 'sad'));
    expect(digest('profile-left', 'front')).toBe(digest('left', 'right'));
  });
});
