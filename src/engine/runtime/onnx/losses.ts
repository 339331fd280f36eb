import type { Loss } from '../runtime';
import type { GraphBuilder } from './graphBuilder';

/** A loss as ONNX nodes: the scalar and its gradient with respect to the network's output. */
export interface LoweredLoss {
  readonly loss: string;
  readonly gradient: string;
}

/** `output` is [batch × features]; `targets` is the name of the target tensor, made only when the loss has targets. */
export function lowerLoss(
  loss: Loss,
  graph: GraphBuilder,
  output: string,
  batch: number,
  targets: () => string,
): LoweredLoss {
  if (loss.kind === 'crossEntropy') return crossEntropy(graph, output, batch, targets());
  return ntXent(graph, output, batch, loss.temperature, loss.decoupled);
}

/** −mean Σ t·log softmax(z); gradient (Σt · softmax(z) − t) / batch. */
function crossEntropy(graph: GraphBuilder, logits: string, batch: number, targets: string): LoweredLoss {
  const logProbabilities = graph.logSoftmax(logits);
  const total = graph.reduceSum(graph.mul(targets, logProbabilities), [0, 1], false);
  const weights = graph.reduceSum(targets, [1], true);
  const share = graph.scalar(1 / batch);
  // a factor on the difference would be folded into the products after it, but only where they are in the same graph
  const shares = graph.mul(graph.node('Exp', [logProbabilities]), graph.mul(weights, share));
  const gradient = graph.sub(shares, graph.mul(targets, share));
  return { loss: graph.mul(total, graph.scalar(-1 / batch)), gradient };
}

/**
 * With S = Z·Zᵀ / τ, P = softmax over the allowed pairs of a row and Y = 1 for the positive pair: the loss is
 * mean(logsumexp(S) − S·Y), its gradient with respect to S is G = (P − Y) / batch, and dZ = (G + Gᵀ)·Z / τ.
 */
function ntXent(graph: GraphBuilder, z: string, batch: number, temperature: number, decoupled: boolean): LoweredLoss {
  const half = batch / 2;
  const excluded = new Float32Array(batch * batch);
  const positive = new Float32Array(batch * batch);
  for (let i = 0; i < batch; i++) {
    const pair = (i + half) % batch;
    excluded[i * batch + i] = -1e9;
    if (decoupled) excluded[i * batch + pair] = -1e9;
    positive[i * batch + pair] = 1;
  }
  const y = graph.constant(positive, [batch, batch]);
  const scale = graph.scalar(1 / temperature);
  const similarity = graph.mul(graph.timesTransposed(z, z, 2), scale);
  const allowed = graph.add(similarity, graph.constant(excluded, [batch, batch]));
  const normaliser = graph.logSumExp(allowed);
  const positives = graph.reduceSum(graph.mul(similarity, y), [1], true);
  const perAnchor = graph.sub(normaliser, positives);
  const loss = graph.mul(graph.reduceSum(perAnchor, [0, 1], false), graph.scalar(1 / batch));

  const probabilities = graph.node('Exp', [graph.sub(allowed, normaliser)]);
  const dS = graph.mul(graph.sub(probabilities, y), graph.scalar(1 / (batch * temperature)));
  const symmetric = graph.add(dS, graph.transpose(dS, 1, 0));
  return { loss, gradient: graph.node('MatMul', [symmetric, z]) };
}
