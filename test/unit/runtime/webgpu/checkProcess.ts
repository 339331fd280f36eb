/** The process of one check: names a check as its argument, and prints what it measured as one line of JSON. */

import { builtInRecipe } from '../../../../src/engine/encoders/builtIn';
import { openNetwork } from '../../../../src/engine/encoders/network';
import { architecture, resnet18, withClassifier, withProjector } from '../../../../src/engine/network/architectures';
import { activationShapes } from '../../../../src/engine/network/definitions';
import { initialise } from '../../../../src/engine/network/initialisation';
import type { Network, Parameters } from '../../../../src/engine/network/network';
import { Random } from '../../../../src/engine/numeric/random';
import type { Dialect } from '../../../../src/engine/runtime/onnx/graphBuilder';
import { InferenceSession, Tensor } from '../../../../src/engine/runtime/onnx/library';
import { names } from '../../../../src/engine/runtime/onnx/lower';
import { acceleratorRuntime, onnxRuntime } from '../../../../src/engine/runtime/onnx/onnxRuntime';
import { acceleratorProvider, cpuProvider, webgpuOption } from '../../../../src/engine/runtime/onnx/provider';
import type { Loss, Optimiser, Runtime, StepInputs } from '../../../../src/engine/runtime/runtime';
import { builtInNames } from '../../../../src/shared/encoders';
import { conv } from '../conv';
import { gradientGraph } from '../gradientGraph';
import type { Check, Measured } from './protocol';

const CLASSES = 7;
const STEPS = 10;
const crossEntropy: Loss = { kind: 'crossEntropy' };
const ntXent: Loss = { kind: 'ntXent', temperature: 0.2, decoupled: true };
const optimiser: Optimiser = { momentum: 0.9, weightDecay: 5e-4, decayAll: false };

interface Case {
  readonly network: Network;
  readonly loss: Loss;
  readonly batch: number;
}
const small: Case = {
  network: withClassifier(architecture('small', [1, 24, 24]), CLASSES, 0.2),
  loss: crossEntropy,
  batch: 4,
};
const resnet: Case = { network: withProjector(resnet18([3, 12, 12], 4), 16, 8), loss: ntXent, batch: 8 };

/** Depthwise and grouped convolutions with TensorFlow's padding, activations with corners, squeeze and excite, places and means. */
const mobile: Case = {
  network: withClassifier(
    {
      input: [8, 8, 8],
      ops: [
        conv('even', 'input', 8, 3, 1, { groups: 8, bias: true, padding: 'tensorflow' }),
        { kind: 'relu6', name: 'even.relu', input: 'even' },
        conv('point', 'even.relu', 12, 1, 1, { bias: true }),
        { kind: 'hardSwish', name: 'swish', input: 'point' },
        conv('down', 'swish', 12, 3, 2, { groups: 12, padding: 'tensorflow' }),
        { kind: 'globalAveragePool', name: 'mean', input: 'down' },
        { kind: 'dense', name: 'excite', input: 'mean', outputs: 12 },
        { kind: 'hardSigmoid', name: 'gate', input: 'excite' },
        { kind: 'multiplyChannels', name: 'gated', input: 'down', by: 'gate' },
        conv('grouped', 'gated', 8, 3, 1, { groups: 4 }),
        conv('strided', 'gated', 8, 3, 2, { groups: 4 }),
        { kind: 'gridAveragePool', name: 'places', input: 'grouped', grid: 2 },
        { kind: 'gridAveragePool', name: 'others', input: 'strided', grid: 1 },
        { kind: 'concat', name: 'all', input: 'places', others: ['others', 'mean'] },
        { kind: 'scale', name: 'scaled', input: 'all', by: 3 },
      ],
    },
    CLASSES,
    0,
  ),
  loss: crossEntropy,
  batch: 4,
};

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Parameters away from the symmetric zeros and ones in which they start. */
function parametersOf(network: Network): Parameters {
  const random = Random.stream(3, 'parameters');
  const parameters = initialise(network, 3);
  for (const [name, { data }] of parameters)
    if (/(bias|norm\.weight|running_\w+)$/.test(name))
      for (let i = 0; i < data.length; i++) data[i] += 0.3 * random.uniform();
  return parameters;
}

function inputsOf({ network, loss, batch }: Case, random: Random): Omit<StepInputs, 'learningRate'> {
  const images = Float32Array.from({ length: batch * product(network.input) }, () => random.normal());
  if (loss.kind === 'ntXent') return { images };
  const targets = Float32Array.from({ length: batch * CLASSES }, (_, i) =>
    i % CLASSES === Math.floor(i / CLASSES) ? 0.9 : 0.1 / (CLASSES - 1),
  );
  const masks = new Map<string, Float32Array>();
  for (const op of network.ops)
    if (op.kind === 'dropout') {
      const length = batch * product(activationShapes(network).get(op.name)!);
      masks.set(
        op.name,
        Float32Array.from({ length }, () => (random.chance(op.rate) ? 0 : 1 / (1 - op.rate))),
      );
    }
  return { images, targets, masks };
}

/** ‖a − b‖ / ‖b‖. */
function apart(a: Float32Array, b: Float32Array): number {
  let [difference, length] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    length += b[i] ** 2;
  }
  return Math.sqrt(difference / Math.max(length, 1e-12));
}

/** Every node has to be one that the provider has, or the session is refused. */
const strict = { session: { disable_cpu_ep_fallback: '1' } };

async function gradients(example: Case): Promise<Measured> {
  const { network, loss, batch } = example;
  const { images, targets, masks } = inputsOf(example, Random.stream(7, 'inputs'));
  const run = async (provider: 'cpu' | typeof webgpuOption, dialect: Dialect) => {
    const model = gradientGraph(network, loss, batch, dialect);
    const extra = provider === 'cpu' ? {} : strict;
    const session = await InferenceSession.create(model, {
      executionProviders: [provider],
      intraOpNumThreads: 1,
      extra,
    });
    const float = (data: Float32Array, shape: readonly number[]) => new Tensor('float32', data, shape);
    const feeds: Record<string, Tensor> = { [names.images]: float(images, [batch, ...network.input]) };
    for (const [name, { data, shape }] of parametersOf(network)) feeds[name] = float(data, shape);
    if (targets) feeds[names.targets] = float(targets, [batch, CLASSES]);
    for (const [op, mask] of masks ?? []) feeds[names.mask(op)] = float(mask, [batch, mask.length / batch]);
    return session.run(Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]])));
  };
  const there = await run(webgpuOption, 'gpu');
  const here = await run('cpu', 'cpu');
  const data = (results: typeof here, name: string) => results[name]?.data as Float32Array;
  const differences = Object.keys(here)
    .filter((name) => name.startsWith(names.gradient('')))
    .map((name) => apart(data(there, name), data(here, name)));
  return { loss: apart(data(there, names.loss), data(here, names.loss)), gradients: Math.max(...differences) };
}

async function steps(example: Case): Promise<Measured> {
  const { network, loss, batch } = example;
  const stages: string[] = [];
  const job = {
    signal: new AbortController().signal,
    report: ({ stage }: { stage: string }) => void stages.push(stage),
  };
  const train = async (runtime: Runtime) => {
    const state = { parameters: parametersOf(network), velocities: new Map() };
    const step = await runtime.compileStep(network, state, { loss, optimiser, batch }, job);
    const random = Random.stream(7, 'inputs');
    const losses: number[] = [];
    for (let i = 0; i < STEPS; i++)
      losses.push((await step.run({ ...inputsOf(example, random), learningRate: 0.02 })).loss);
    const { parameters } = await step.state();
    await step.dispose();
    return { losses, parameters };
  };
  const there = await train(acceleratorRuntime('webgpu'));
  const here = await train(onnxRuntime(1));
  return {
    loss: Math.max(...here.losses.map((value, i) => Math.abs(there.losses[i] - value) / Math.abs(value))),
    parameters: Math.max(
      ...[...here.parameters].map(([name, { data }]) => apart(there.parameters.get(name)!.data, data)),
    ),
    stages,
  };
}

/** What the built-in encoders make of noise; their files lie beside this program. */
async function encoders(): Promise<Measured> {
  const differences: number[] = [];
  for (const name of builtInNames) {
    const recipe = { ...builtInRecipe(name, ['happy', 'sad']), batch: 2 };
    const { height, width } = recipe.input;
    const random = Random.stream(7, 'inputs');
    const images = Float32Array.from({ length: 2 * 3 * height * width }, () => 80 * random.normal());
    const [there, here] = [
      await openNetwork(recipe, acceleratorProvider('webgpu')),
      await openNetwork(recipe, cpuProvider(1)),
    ];
    differences.push(apart(Float32Array.from(await there.run(images)), await here.run(images)));
  }
  return { outputs: Math.max(...differences) };
}

/** Scores for other numbers of images than the first, and gradients with respect to them along several directions. */
async function scoring(): Promise<Measured> {
  const { network } = small;
  const parameters = parametersOf(network);
  const random = Random.stream(7, 'inputs');
  const directions = 3;
  const sets = [3, 2].map((n) => ({
    n,
    images: Float32Array.from({ length: n * product(network.input) }, () => random.normal()),
    v: Float32Array.from({ length: n * directions * CLASSES }, () => random.normal()),
  }));
  const run = async (runtime: Runtime) => {
    const scorer = await runtime.compileScorer(network, parameters, ['pool', 'head']);
    const differentiated = await runtime.compileInputGradients(network, parameters, directions);
    const outputs: Float32Array[] = [];
    const inputGradients: Float32Array[] = [];
    for (const { n, images, v } of sets) {
      outputs.push(...(await scorer.run(images, n)).values());
      inputGradients.push(await differentiated.run(images, n, v));
    }
    await scorer.dispose();
    await differentiated.dispose();
    return { outputs, inputGradients };
  };
  const there = await run(acceleratorRuntime('webgpu'));
  const here = await run(onnxRuntime(1));
  const worst = (kind: keyof typeof here) => Math.max(...here[kind].map((values, i) => apart(there[kind][i], values)));
  return { outputs: worst('outputs'), inputGradients: worst('inputGradients') };
}

/** Many steps of a network with few nodes and a state of half a MiB. */
async function memory(): Promise<Measured> {
  const network = withClassifier(
    {
      input: [4, 16, 16],
      ops: [
        { kind: 'globalAveragePool', name: 'pool', input: 'input' },
        { kind: 'dense', name: 'hidden', input: 'pool', outputs: 256 },
        { kind: 'dense', name: 'wide', input: 'hidden', outputs: 256 },
        { kind: 'relu', name: 'relu', input: 'wide' },
      ],
    },
    CLASSES,
    0.2,
  );
  const example: Case = { network, loss: crossEntropy, batch: 4 };
  const state = { parameters: parametersOf(network), velocities: new Map() };
  const step = await acceleratorRuntime('webgpu').compileStep(network, state, {
    loss: crossEntropy,
    optimiser,
    batch: 4,
  });
  const random = Random.stream(7, 'inputs');
  const found: { steps: number; mebibytes: number }[] = [];
  for (let i = 1; i <= 1000; i++) {
    await step.run({ ...inputsOf(example, random), learningRate: 0.02 });
    if (i % 200 === 0) found.push({ steps: i, mebibytes: process.memoryUsage().rss / 2 ** 20 });
  }
  return { memory: found };
}

const all: Record<Check, () => Promise<Measured>> = {
  smallGradients: () => gradients(small),
  resnetGradients: () => gradients(resnet),
  mobileGradients: () => gradients(mobile),
  smallSteps: () => steps(small),
  resnetSteps: () => steps(resnet),
  scoring,
  encoders,
  memory,
};

void all[process.argv[2] as Check]().then((measured) => {
  process.stdout.write(`${JSON.stringify(measured)}\n`, () => process.exit(0)); // native libraries keep threads
});
