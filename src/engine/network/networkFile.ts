import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { areNumbers } from '../numeric/checks';
import { parameterDefinitions } from './definitions';
import type { Network, Op, Parameters } from './network';

/** A network as a file tells it, which may tell anything. */

const MOST_OPS = 1_000;
const size = z.int().min(1).max(65_536);
const named = { name: z.string().min(1), input: z.string().min(1) };
const of = <K extends Op['kind'], S extends z.ZodRawShape>(kind: K, rest: S) =>
  z.strictObject({ kind: z.literal(kind), ...named, ...rest });

const op = z.discriminatedUnion('kind', [
  of('conv2d', {
    outputs: size,
    kernel: z.int().min(1).max(31),
    stride: z.int().min(1).max(31),
    groups: size.exactOptional(),
    bias: z.boolean().exactOptional(),
    padding: z.literal('tensorflow').exactOptional(),
  }),
  of('batchNorm', {}),
  of('relu', {}),
  of('relu6', {}),
  of('hardSigmoid', {}),
  of('hardSwish', {}),
  of('add', { other: z.string() }),
  of('multiplyChannels', { by: z.string() }),
  of('scale', { by: z.number() }),
  of('globalAveragePool', {}),
  of('gridAveragePool', { grid: z.int().min(1).max(16) }),
  of('concat', { others: z.array(z.string()).max(64) }),
  of('dense', { outputs: size }),
  of('dropout', { rate: z.number().min(0).max(1) }),
  of('l2Normalize', {}),
]);
const schema = z.strictObject({ input: z.tuple([size, size, size]), ops: z.array(op).max(MOST_OPS) });

/** The network that a text describes; null where it describes none. */
export function parseNetwork(text: string): Network | null {
  try {
    const { data } = schema.safeParse(JSON.parse(text));
    return data ?? null;
  } catch {
    return null;
  }
}

/** Whether these are the parameters of a network: all of them, in its shapes, and numbers. */
export function areParametersOf(network: Network, parameters: Parameters): boolean {
  try {
    const wanted = parameterDefinitions(network);
    return (
      wanted.size === parameters.size &&
      [...wanted].every(([name, { shape }]) => {
        const tensor = parameters.get(name);
        return tensor !== undefined && isDeepStrictEqual([...tensor.shape], [...shape]) && areNumbers(tensor.data);
      })
    );
  } catch {
    return false; // its ops do not fit together
  }
}
