import type { ImageShape } from '../../shared/schema/dataset';
import { tails } from '../encoders/continued/tails';
import { MOST_COMPONENTS } from '../encoders/projection';
import { type Encoder, hasBlocks, isCombined, isFrozen, isNetwork } from '../features/encoder';
import { activationShapes } from '../network/definitions';
import { elements } from '../numeric/shape';

// Largest resident memory of a process, measured: 221 MB with `small` on 48 × 48 grey images and 335 on 96 × 96 in
// colour; with ResNet-18 on those 1,017 and 2,180, on 112 × 112 in colour 2,622. The estimate lies above all of these, by at most a half.
const BASE = 220e6; // Node, ONNX Runtime and the engine
const BATCH = 32; // images of a training step
const COPIES_OF_PARAMETERS = 7; // weights, gradients, momentum, what goes into a step and comes out; fitted to the above
const COPIES_OF_FEATURES = 8; // GLISTER, the greediest strategy
const VALUE = 4; // bytes

/** Bytes that a cell takes at most, about: it trains on images of this shape and chooses from so many of them. */
export function cellMemory(encoder: Encoder, shape: ImageShape, images: number): number {
  if (isCombined(encoder))
    return encoder.parts.reduce((sum, part) => sum + cellMemory(part, shape, images) - BASE, BASE);
  const features = (dimensions: number): number => COPIES_OF_FEATURES * images * dimensions;
  if (isFrozen(encoder)) return BASE + VALUE * features(Math.min(encoder.recipe.dimensions, MOST_COMPONENTS));
  if (!isNetwork(encoder) && !hasBlocks(encoder)) return BASE + VALUE * features(encoder.forImages(shape).dimensions);
  const { network, weights } = hasBlocks(encoder)
    ? { network: tails[encoder.base].network, weights: encoder.blocks }
    : { network: encoder.network, weights: encoder.parameters };
  const shapes = [...activationShapes(network).values()].map(elements);
  const activations = BATCH * shapes.reduce((sum, one) => sum + one, 0);
  let parameters = 0;
  for (const { data } of weights.values()) parameters += COPIES_OF_PARAMETERS * data.length;
  return BASE + VALUE * (features(shapes[shapes.length - 1]) + activations + parameters);
}

/** How many cells fit into memory at a time: at least one, at most `most`. */
export const cellsThatFit = (cell: number, available: number, most: number): number =>
  Math.max(1, Math.min(most, Math.floor(available / cell)));
