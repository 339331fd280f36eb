import { describe, expect, it } from 'vitest';
import { heardParts } from '../../../src/engine/commands/heardParts';
import { weighed } from '../../../src/engine/features/combined';
import { createEncoder } from '../../../src/engine/features/encoder';
import { hog, mirroredHog } from '../../../src/engine/features/hog';
import { widthOf } from '../../../src/engine/features/width';
import { type Matrix, matrix, row } from '../../../src/engine/numeric/matrix';

const shape = { channels: 1, height: 24, width: 24 } as const;
const network = createEncoder('small', [1, 24, 24], 0);
const parts = [network, hog, mirroredHog] as const;
const CLASSES = 2;

/** Weights on encoders side by side: of each so many times one. */
async function weightsOf(...values: readonly (readonly [(typeof parts)[number], number])[]) {
  const widths: number[] = [];
  for (const [part] of values) widths.push(await widthOf(part, shape));
  const columns = widths.reduce((sum, width) => sum + width, 0);
  const weights: Matrix<Float32Array> = matrix(CLASSES, columns, new Float32Array(CLASSES * columns));
  for (let c = 0; c < CLASSES; c++) {
    let offset = 0;
    values.forEach(([, value], k) => {
      row(weights, c).fill((c + 1) * value, offset, offset + widths[k]!);
      offset += widths[k]!;
    });
  }
  return weights;
}

describe('what an exported head listens to', () => {
  it('leaves out the parts that got no say, and their columns with them', async () => {
    const weights = await weightsOf([network, 1], [hog, 0], [mirroredHog, 3]);
    const heard = await heardParts({ encoder: weighed('all', parts), weights }, shape);
    expect(heard.encoder).toMatchObject({ parts: [network, mirroredHog], weighed: true });
    expect(heard.weights).toEqual(await weightsOf([network, 1], [mirroredHog, 3]));
  });

  it('is the only part that is left, and within it what that listens to', async () => {
    const nested = weighed('pooled', [network, weighed('hog', [hog, mirroredHog])]);
    const one = await heardParts(
      { encoder: nested, weights: await weightsOf([network, 0], [hog, 0], [mirroredHog, 2]) },
      shape,
    );
    expect(one).toEqual({ encoder: mirroredHog, weights: await weightsOf([mirroredHog, 2]) });
    const both = await heardParts(
      { encoder: nested, weights: await weightsOf([network, 1], [hog, 4], [mirroredHog, 0]) },
      shape,
    );
    expect(both.encoder).toMatchObject({ parts: [network, hog] });
    expect(both.weights).toEqual(await weightsOf([network, 1], [hog, 4]));
  });

  it('is the first part where a head listens to nothing, as with one class', async () => {
    const weights = await weightsOf([network, 0], [hog, 0], [mirroredHog, 0]);
    const heard = await heardParts({ encoder: weighed('all', parts), weights }, shape);
    expect(heard).toEqual({ encoder: network, weights: await weightsOf([network, 0]) });
  });

  it('is all of what labels do not weigh', async () => {
    const weights = await weightsOf([hog, 0]);
    expect(await heardParts({ encoder: hog, weights }, shape)).toEqual({ encoder: hog, weights });
  });
});
