import { oneLine } from '../../describeFailure';
import { UserError } from '../../errors';
import { withClassifier } from '../../network/architectures';
import type { Network } from '../../network/network';
import { serveParent } from '../../process/parent';
import { type AcceleratorName, acceleratorNames } from '../device/device';
import type { AcceleratorOrder } from '../device/probe';
import type { Runtime, TrainingState } from '../runtime';
import { trialStep } from '../trialStep';
import { float } from './execution';
import { env, listSupportedBackends } from './library';
import { copyGraph, names } from './lower';
import { acceleratorRuntime, onnxRuntime } from './onnxRuntime';
import { acceleratorProvider } from './provider';

/** The process of one probe of an accelerator, which may crash or hang as the driver likes. */
export const acceleratorProcess = (): Promise<void> =>
  serveParent<AcceleratorOrder, null>(async ({ name, depth }) => {
    env.logLevel = 'info'; // names the hardware
    try {
      await (depth === 'train' ? train(name) : open(name));
      return null;
    } catch (error) {
      throw new UserError('device', reasonOf(name, error), { cause: error });
    }
  });

/** Runs the smallest possible graph. */
async function open(name: AcceleratorName): Promise<void> {
  if (!listSupportedBackends().some((backend) => backend.name === name))
    throw new Error(`onnxruntime-node has no ${acceleratorNames[name]} on ${process.platform}-${process.arch}.`);
  const session = await acceleratorProvider(name).open(copyGraph(new Map([['x', [2]]])));
  const results = await session.run({ x: float(Float32Array.of(1, 2), [2]) });
  if ((results[names.copy('x')]!.data as Float32Array)[1] !== 2) throw new Error('it computes wrongly.');
}

const BATCH = 8;
const STEPS = 3;
/** Rounding differs between devices; a wrong kernel is wrong by far more. */
const MOST_DIFFERENCE = 0.01;

/** Every kind of op but those of the projector, small enough that only the shaders take time. */
const network: Network = withClassifier(
  {
    input: [1, 8, 8],
    ops: [
      { kind: 'conv2d', name: 'c', input: 'input', outputs: 8, kernel: 3, stride: 1 },
      { kind: 'batchNorm', name: 'n', input: 'c' },
      { kind: 'relu', name: 'r', input: 'n' },
      { kind: 'conv2d', name: 'd', input: 'r', outputs: 8, kernel: 3, stride: 2 },
      { kind: 'globalAveragePool', name: 'pool', input: 'd' },
    ],
  },
  3,
  0,
);

/** Trains a small network here and there, and compares. */
async function train(name: AcceleratorName): Promise<void> {
  const expected = await trained(onnxRuntime(1));
  const actual = await trained(acceleratorRuntime(name));
  for (const [parameter, { data }] of expected.parameters) {
    const other = actual.parameters.get(parameter)!.data;
    let [apart, length] = [0, 1e-6];
    for (let i = 0; i < data.length; i++) {
      apart += (other[i] - data[i]) ** 2;
      length += data[i] ** 2;
    }
    if (!(Math.sqrt(apart / length) < MOST_DIFFERENCE)) throw new Error('it trains otherwise than the CPU does.');
  }
}

async function trained(runtime: Runtime): Promise<TrainingState> {
  const trial = await trialStep(runtime, network, { batch: BATCH, learningRate: 0.1, weightDecay: 1e-4 });
  for (let i = 0; i < STEPS; i++) await trial.run();
  return trial.state(); // the process ends now: nothing is given back
}

/** What to do about the failures that are known, else the library's own words. */
function reasonOf(name: AcceleratorName, error: unknown): string {
  const text = oneLine(error instanceof Error ? error.message : String(error));
  if (/Failed to get a WebGPU adapter/.test(text))
    return process.platform === 'linux'
      ? 'there is no Vulkan driver that finds a GPU; install the Vulkan loader and the driver of your GPU (on Debian and Ubuntu: libvulkan1, and mesa-vulkan-drivers or the NVIDIA driver).'
      : 'there is no GPU that the graphics driver offers.';
  if (name === 'cuda' && /cuda/i.test(text))
    return "ONNX Runtime's CUDA libraries are not installed; WebGPU reaches the same GPU without them.";
  return text;
}
