import { lowerGraphModel } from '../encoders/graphModel/lower';
import type { Pixels } from '../encoders/resample';
import { readShippedModel } from '../encoders/shippedModels';
import { guarded } from '../runtime/guarded';
import { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { Tensor } from '../runtime/onnx/library';
import { cpuProvider } from '../runtime/onnx/provider';
import type { Detection, Point } from './geometry';
import type { FaceNetwork } from './network';

const LAYER = 'StatefulPartitionedCall/functional_1/conv2d_';
const SIDE = 256;

/**
 * The two grids of places: pixels between two places, anchors a place, and the layers that give a logit an anchor and 16 numbers:
 * centre, size, and six points of the face, in pixels from the place.
 */
const grids = [
  { stride: 16, anchors: 2, scores: `${LAYER}33/BiasAdd`, places: `${LAYER}35/BiasAdd` },
  { stride: 32, anchors: 6, scores: `${LAYER}34/BiasAdd`, places: `${LAYER}36/BiasAdd` },
] as const;

const NUMBERS = 16;

/**
 * MediaPipe's BlazeFace (Bazarevsky et al. 2019), the "back camera" variant that Human distributes. It learned on 256 × 256 pixels; being made of
 * convolutions alone it takes larger images too, and then finds faces of the same size in pixels everywhere in them. `folder`: where its files lie.
 */
export async function openBlazeFace(threads: number, folder?: string): Promise<FaceNetwork> {
  const model = await readShippedModel('blazeface', folder);
  const graph = new GraphBuilder('blazeface');
  graph.input('images', [1, 3, 'height', 'width']);
  const map = { name: 'images', channels: 3, height: SIDE, width: SIDE };
  const layers = grids.flatMap(({ scores, places }) => [scores, places]);
  for (const [i, { name, channels }] of lowerGraphModel(
    graph,
    model,
    { placeholder: 'input', map },
    layers,
  ).entries()) {
    graph.node('Identity', [name], {}, `layer${i}`);
    graph.output(`layer${i}`, [1, channels, `rows${i >> 1}`, `columns${i >> 1}`]);
  }
  const session = await guarded(() => cpuProvider(threads).open(graph.build()));
  return {
    digest: 'blazeface-back-256',
    takes: { step: 32 },
    side: SIDE,
    threshold: 0.7,
    async detect(image, least) {
      const input = new Tensor('float32', planes(image), [1, 3, image.height, image.width]);
      const results = await guarded(() => session.run({ images: input }));
      const data = (i: number) => results[`layer${i}`]!.data as Float32Array;
      return grids.flatMap((grid, i) => decoded(grid, data(2 * i), data(2 * i + 1), image, least));
    },
    dispose: () => session.release(),
  };
}

/** Bytes as the network wants them: −1 … 1, plane by plane. */
function planes({ width, height, data }: Pixels): Float32Array {
  const area = width * height;
  const values = new Float32Array(3 * area);
  for (let i = 0, from = 0; i < area; i++)
    for (let channel = 0; channel < 3; channel++) values[channel * area + i] = data[from++]! / 127.5 - 1;
  return values;
}

function decoded(
  { stride, anchors }: (typeof grids)[number],
  scores: Float32Array,
  places: Float32Array,
  image: Pixels,
  least: number,
): Detection[] {
  const [rows, columns] = [image.height / stride, image.width / stride];
  const area = rows * columns;
  const found: Detection[] = [];
  for (let anchor = 0; anchor < anchors; anchor++)
    for (let place = 0; place < area; place++) {
      const score = sigmoid(scores[anchor * area + place]!);
      if (score <= least) continue;
      const x = ((place % columns) + 0.5) * stride;
      const y = (Math.floor(place / columns) + 0.5) * stride;
      const number = (i: number) => places[(anchor * NUMBERS + i) * area + place]!;
      const point = (i: number): Point => ({ x: x + number(i), y: y + number(i + 1) });
      const centre = point(0);
      const [width, height] = [number(2), number(3)];
      found.push({
        score,
        box: { left: centre.x - width / 2, top: centre.y - height / 2, width, height },
        leftEye: point(4),
        rightEye: point(6),
        mouth: point(10),
      });
    }
  return found;
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));
