import type { Parameters } from '../network/network';
import type { LinearHead } from '../numeric/linearHead';
import { matrix } from '../numeric/matrix';

/** A head as parameters of a network that ends in the op `head`. */
export function headParameters({ weights, bias }: LinearHead): Parameters {
  const { rows, columns, data } = weights;
  return new Map([
    ['head.weight', { shape: [rows, columns], data: Float32Array.from(data) }],
    ['head.bias', { shape: [rows], data: Float32Array.from(bias) }],
  ]);
}

/** The other way round. */
export function headIn(parameters: Parameters): LinearHead {
  const { shape, data } = parameters.get('head.weight')!;
  return { weights: matrix(shape[0], shape[1], data), bias: parameters.get('head.bias')!.data };
}
