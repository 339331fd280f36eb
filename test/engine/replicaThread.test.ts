import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { architecture, withProjector } from '../../src/engine/network/architectures';
import { initialise } from '../../src/engine/network/initialisation';
import { elements } from '../../src/engine/numeric/shape';
import { openReplica } from '../../src/engine/runtime/onnx/replicas/replica';
import { openInThread } from '../../src/engine/runtime/onnx/replicas/replicaThread';
import { type ReplicaOpener, ReplicatedStep } from '../../src/engine/runtime/onnx/replicas/replicatedStep';
import { ensureBuilt, replicaProgram } from '../support/built';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

const BATCH = 8;
const network = withProjector(architecture('small', [1, 16, 16]), 8, 6);
const images = Float32Array.from({ length: BATCH * elements(network.input) }, (_, i) => Math.sin(i));

async function twoSteps(open: ReplicaOpener) {
  const step = await ReplicatedStep.compile(
    2,
    network,
    { parameters: initialise(network, 0), velocities: new Map() },
    {
      loss: { kind: 'ntXent', temperature: 0.2, decoupled: false },
      optimiser: { momentum: 0.9, weightDecay: 0, decayAll: false },
      batch: BATCH,
      replicas: 2,
    },
    open,
  );
  const losses = [await step.run({ images, learningRate: 0.1 }), await step.run({ images, learningRate: 0.1 })];
  const state = await step.state();
  await step.dispose();
  return { losses, state };
}

describe('A replica in a thread of its own', () => {
  it('computes what one in this thread computes', async () => {
    const apart = (plan: Parameters<ReplicaOpener>[0]) => openInThread(plan, replicaProgram);
    expect(await twoSteps(apart)).toEqual(await twoSteps(openReplica));
  });

  it('is missed when its thread ends: a fresh one takes its place, and then the step fails with what to do', async () => {
    const dying = join(await temporaryFolder(), 'dying.cjs');
    await writeFile(
      dying,
      "const { parentPort } = require('node:worker_threads'); parentPort.on('message', () => process.exit(3)); parentPort.postMessage({ done: true });",
    );
    await expect(twoSteps((plan) => openInThread(plan, dying))).rejects.toThrow(/ended twice without an answer/);
  });

  it('that can not be opened is no memory for so many', async () => {
    const broken = join(await temporaryFolder(), 'broken.cjs');
    await writeFile(broken, 'process.exit(3);');
    await expect(twoSteps((plan) => openInThread(plan, broken))).rejects.toThrow(/no memory for so many replicas/);
  });
});
