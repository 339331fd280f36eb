import { describe, expect, it } from 'vitest';
import { pooledRows } from '../../../src/engine/encoders/pool';
import { Random } from '../../../src/engine/numeric/random';
import { GraphBuilder } from '../../../src/engine/runtime/onnx/graphBuilder';
import { InferenceSession, Tensor } from '../../../src/engine/runtime/onnx/library';

/** Adaptive average pooling as it is defined, in plain loops; each image's row scaled to length 1. */
function expectedRow(map: Float32Array, channels: number, height: number, width: number, grid: number): number[] {
  const out: number[] = [];
  for (let c = 0; c < channels; c++)
    for (let gy = 0; gy < grid; gy++)
      for (let gx = 0; gx < grid; gx++) {
        const [y0, y1] = [Math.floor((gy * height) / grid), Math.ceil(((gy + 1) * height) / grid)];
        const [x0, x1] = [Math.floor((gx * width) / grid), Math.ceil(((gx + 1) * width) / grid)];
        let sum = 0;
        for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) sum += map[(c * height + y) * width + x]!;
        out.push(sum / ((y1 - y0) * (x1 - x0)));
      }
  const length = Math.hypot(...out);
  return out.map((value) => value / length);
}

describe('pooledRows', () => {
  it.each([
    [3, 10, 10, 3],
    [4, 5, 7, 2],
    [2, 5, 5, 1],
    [2, 3, 4, 3],
  ])('averages a map of %i × %i × %i over a grid of %i, and scales rows to length 1', async (c, h, w, grid) => {
    const graph = new GraphBuilder('pool');
    graph.input('map', ['n', c, h, w]);
    graph.node('Identity', [pooledRows(graph, { name: 'map', channels: c, height: h, width: w }, grid)], {}, 'rows');
    graph.output('rows', ['n', c * grid * grid]);
    const session = await InferenceSession.create(graph.build());
    const random = Random.stream(1, 'split');
    const maps = Float32Array.from({ length: 2 * c * h * w }, () => random.normal());
    const { rows } = await session.run({ map: new Tensor('float32', maps, [2, c, h, w]) });
    const found = rows!.data as Float32Array;
    for (const image of [0, 1]) {
      const expected = expectedRow(maps.subarray(image * c * h * w, (image + 1) * c * h * w), c, h, w, grid);
      for (const [i, value] of expected.entries()) expect(found[image * expected.length + i]).toBeCloseTo(value, 5);
    }
  });

  it('leaves a map of zeros zero', async () => {
    const graph = new GraphBuilder('zero');
    graph.input('map', [1, 2, 3, 3]);
    graph.node('Identity', [pooledRows(graph, { name: 'map', channels: 2, height: 3, width: 3 }, 1)], {}, 'rows');
    graph.output('rows', [1, 2]);
    const session = await InferenceSession.create(graph.build());
    const { rows } = await session.run({ map: new Tensor('float32', new Float32Array(18), [1, 2, 3, 3]) });
    expect([...(rows!.data as Float32Array)]).toEqual([0, 0]);
  });
});
