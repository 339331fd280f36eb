import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { INPUT, type Network } from '../../../src/engine/network/network';
import { gradientRunner } from './gradientRunner';

interface Vectors {
  views_unnormalised: number[][];
  cases: { temperature: number; loss: number; grad_wrt_unnormalised: number[][] }[];
}
const vectors = JSON.parse(
  readFileSync(new URL('../../fixtures/vectors/g_ntxent.json', import.meta.url), 'utf8'),
) as Vectors;

/** A network that only puts its three input channels on the unit sphere. */
const unitSphere: Network = {
  input: [3, 1, 1],
  ops: [
    { kind: 'globalAveragePool', name: 'pool', input: INPUT },
    { kind: 'l2Normalize', name: 'unit', input: 'pool' },
  ],
};

const views = vectors.views_unnormalised;
const example = (temperature: number, decoupled: boolean) => ({
  network: unitSphere,
  parameters: new Map(),
  images: Float32Array.from(views.flat()),
  batch: views.length,
  loss: { kind: 'ntXent' as const, temperature, decoupled },
});

describe('NT-Xent', () => {
  for (const { temperature, loss, grad_wrt_unnormalised: gradient } of vectors.cases)
    it(`equals the reference vectors at temperature ${temperature}`, async () => {
      const result = await (await gradientRunner(example(temperature, false)))();
      expect(Math.abs(result.loss - loss) / loss).toBeLessThan(1e-6);
      const expected = gradient.flat();
      const error = Math.hypot(...expected.map((g, i) => g - result.gradients.get(INPUT)![i]));
      expect(error / Math.hypot(...expected)).toBeLessThan(1e-6);
    });

  it('leaves the positive out of the denominator when decoupled', async () => {
    const temperature = 0.5;
    const z = views.map((v) => v.map((x) => x / Math.hypot(...v)));
    const similarity = (i: number, j: number) => z[i]!.reduce((s, x, d) => s + x * z[j]![d]!, 0) / temperature;
    const n = z.length;
    let expected = 0;
    for (let i = 0; i < n; i++) {
      const pair = (i + n / 2) % n;
      let others = 0;
      for (let j = 0; j < n; j++) if (j !== i && j !== pair) others += Math.exp(similarity(i, j));
      expected += (Math.log(others) - similarity(i, pair)) / n;
    }
    const result = await (await gradientRunner(example(temperature, true)))();
    expect(Math.abs(result.loss - expected)).toBeLessThan(1e-5);
  });
});
