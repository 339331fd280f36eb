import { describe, expect, it } from 'vitest';
import { hog } from '../../../src/engine/features/hog';
import { hogGraph } from '../../../src/engine/features/hogGraph';
import { Random } from '../../../src/engine/numeric/random';
import { GraphBuilder } from '../../../src/engine/runtime/onnx/graphBuilder';
import { InferenceSession, Tensor } from '../../../src/engine/runtime/onnx/library';
import type { ImageShape } from '../../../src/shared/schema/dataset';

async function asGraph(images: readonly Uint8Array[], shape: ImageShape): Promise<Float32Array> {
  const dims = [shape.channels, shape.height, shape.width];
  const graph = new GraphBuilder('hog');
  graph.node('Identity', [hogGraph(graph, graph.input('pixels', ['n', ...dims]), shape)], {}, 'features');
  graph.output('features', ['n', hog.forImages(shape).dimensions]);
  const session = await InferenceSession.create(graph.build());
  const pixels = Float32Array.from(images.flatMap((image) => [...image]));
  const { features } = await session.run({ pixels: new Tensor('float32', pixels, [images.length, ...dims]) });
  return features!.data as Float32Array;
}

function described(images: readonly Uint8Array[], shape: ImageShape): Float32Array {
  const { dimensions, describe } = hog.forImages(shape);
  const out = new Float32Array(images.length * dimensions);
  for (const [i, image] of images.entries()) describe(image, out, i * dimensions);
  return out;
}

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);

describe('HOG as ONNX operators', () => {
  it.each<ImageShape>([
    { channels: 1, width: 48, height: 48 },
    { channels: 3, width: 48, height: 48 },
    { channels: 1, width: 50, height: 33 }, // pixels left over on both edges
    { channels: 3, width: 8, height: 8 },
  ])('describes images as the engine does: %o', async (shape) => {
    const random = Random.stream(5, 'test');
    const size = shape.channels * shape.width * shape.height;
    const image = (value: (i: number) => number) => Uint8Array.from({ length: size }, (_, i) => value(i));
    const images = [
      image(() => Math.floor(256 * random.uniform())),
      image((i) => 3 * (i % shape.width)), // all gradients point one way
      image((i) => 255 - 2 * Math.floor((i % (shape.width * shape.height)) / shape.width)), // and down, dy / 0
      image((i) => (((i % shape.width) + Math.floor(i / shape.width)) % 2 === 0 ? 0 : 255)),
      image(() => 77), // no gradient anywhere
    ];
    const features = await asGraph(images, shape);
    const expected = described(images, shape);
    expect(features.length).toBe(expected.length);
    expect(largestDifference(features, expected)).toBeLessThan(1e-5);
    expect(Math.max(...expected)).toBeGreaterThan(0.1);
  });
});
