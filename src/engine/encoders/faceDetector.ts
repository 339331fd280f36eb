import { guarded } from '../runtime/guarded';
import { GraphBuilder } from '../runtime/onnx/graphBuilder';
import { Tensor } from '../runtime/onnx/library';
import { cpuProvider } from '../runtime/onnx/provider';
import { lowerGraphModel } from './graphModel/lower';
import { type ImageSource, preparePixels, toInput } from './preprocess';
import type { EncoderInput, Preprocessing } from './preprocessing';
import { readShippedModel } from './shippedModels';

/** Tells whether an image shows a face: MediaPipe's BlazeFace (Bazarevsky et al. 2019), its "back camera" variant. */
export interface FaceDetector {
  /** The largest probability that some place of the image is a face. */
  faceness(image: ImageSource): Promise<number>;
  dispose(): Promise<void>;
}

const SIDE = 256;
/** Half a side of grey around: the detector looks for faces with something around them, and databases crop them closely. */
const INNER = 160;

const input: EncoderInput = { channels: 3, height: INNER, width: INNER, layout: 'nchw' };
const preprocessing: Preprocessing = {
  reduce: 2,
  convertRgb: true,
  resize: { height: INNER, width: INNER },
  resample: 'bilinear',
  centreCrop: null,
  rescale: 1 / 127.5,
  normalise: { mean: [1, 1, 1], std: [1, 1, 1] },
  pad: null,
  flipChannels: false,
};

/** The layers that tell how much like a face each of two grids of places is, as logits. */
const SCORES = [
  'StatefulPartitionedCall/functional_1/conv2d_33/BiasAdd',
  'StatefulPartitionedCall/functional_1/conv2d_34/BiasAdd',
];

export async function openFaceDetector(): Promise<FaceDetector> {
  const model = await readShippedModel('blazeface');
  const graph = new GraphBuilder('blazeface');
  graph.input('images', [1, 3, SIDE, SIDE]);
  const map = { name: 'images', channels: 3, height: SIDE, width: SIDE };
  const scores = lowerGraphModel(graph, model, { placeholder: 'input', map }, SCORES);
  const largest = scores.map(({ name }) => graph.reshape(graph.node('GlobalMaxPool', [name]), 1, -1));
  const logit = graph.node('ReduceMax', [graph.node('Concat', largest, { axis: 1 })], { axes: [1], keepdims: 1 });
  graph.node('Sigmoid', [logit], {}, 'faceness');
  graph.output('faceness', [1, 1]);
  const session = await guarded(() => cpuProvider(1).open(graph.build()));
  const framed = new Float32Array(3 * SIDE * SIDE);
  return {
    async faceness(image) {
      const values = toInput(await preparePixels(image, preprocessing, input), preprocessing, input);
      const margin = (SIDE - INNER) / 2;
      for (let c = 0; c < 3; c++)
        for (let y = 0; y < INNER; y++) {
          const from = (c * INNER + y) * INNER;
          framed.set(values.subarray(from, from + INNER), (c * SIDE + y + margin) * SIDE + margin);
        }
      const results = await guarded(() => session.run({ images: new Tensor('float32', framed, [1, 3, SIDE, SIDE]) }));
      return (results.faceness.data as Float32Array)[0];
    },
    dispose: () => session.release(),
  };
}
