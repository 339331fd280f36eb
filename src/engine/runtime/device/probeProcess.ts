import { withClassifier } from '../../network/architectures';
import { initialise } from '../../network/initialisation';
import type { Network } from '../../network/network';
import { Random } from '../../numeric/random';
import { elements } from '../../numeric/shape';
import { serveParent } from '../../process/parent';
import type { Runtime } from '../runtime';
import { deviceNamed } from './find';
import type { DeviceOrder, DeviceRate } from './probe';

const BATCH = 64;
/** Seconds of timed steps. */
const SECONDS = 1;

/** The process of one probe of a device, which may crash or hang as the driver likes. */
export const deviceProcess = (): Promise<void> =>
  serveParent<DeviceOrder, DeviceRate>(async ({ device, network }) => {
    const runtime = await deviceNamed(device).open();
    return { rate: await trainingRate(runtime, network), description: runtime.description };
  });

/** Images a second of a supervised step of this encoder: median over a second, after a step that warms up. */
export async function trainingRate(runtime: Runtime, encoder: Network, batch = BATCH): Promise<number> {
  const classes = 7;
  const network = withClassifier(encoder, classes, 0);
  const step = await runtime.compileStep(
    network,
    { parameters: initialise(network, 0), velocities: new Map() },
    { loss: { kind: 'crossEntropy' }, optimiser: { momentum: 0.9, weightDecay: 0, decayAll: false }, batch },
  );
  const random = Random.stream(0, 'probe');
  const images = Float32Array.from({ length: batch * elements(encoder.input) }, () => random.normal());
  const targets = new Float32Array(batch * classes);
  for (let i = 0; i < batch; i++) targets[i * classes + (i % classes)] = 1;
  try {
    const times: number[] = [];
    const begin = performance.now();
    while (times.length < 3 || performance.now() - begin < SECONDS * 1000) {
      const before = performance.now();
      const { loss } = await step.run({ images, targets, learningRate: 0.01 });
      if (!Number.isFinite(loss)) throw new Error('The loss of a training step is not a number.');
      times.push(performance.now() - before);
    }
    const timed = times.slice(1).sort((a, b) => a - b); // the first compiles kernels
    return (1000 * batch) / timed[timed.length >> 1]!;
  } finally {
    await step.dispose();
  }
}
