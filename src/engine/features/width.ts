import type { ImageShape } from '../../shared/schema/dataset';
import { tails } from '../encoders/continued/tails';
import { readProjection } from '../encoders/projectionFile';
import { activationShapes } from '../network/definitions';
import { outputOf } from '../network/network';
import { elements } from '../numeric/shape';
import { type Encoder, hasBlocks, isCombined, isFrozen, isNetwork, type NetworkEncoder } from './encoder';

/** Numbers that an encoder gives for an image of this shape. */
export async function widthOf(encoder: Encoder, shape: ImageShape): Promise<number> {
  if (isNetwork(encoder)) return networkWidth(encoder);
  if (hasBlocks(encoder)) return networkWidth(tails[encoder.base]);
  if (isFrozen(encoder)) {
    const { projection, recipe } = encoder;
    return projection ? (await readProjection(projection.path)).directions.rows : recipe.dimensions;
  }
  if (!isCombined(encoder)) return encoder.forImages(shape).dimensions;
  let sum = 0;
  for (const part of encoder.parts) sum += await widthOf(part, shape);
  return sum;
}

export const networkWidth = ({ network }: Pick<NetworkEncoder, 'network'>): number =>
  elements(activationShapes(network).get(outputOf(network))!);
