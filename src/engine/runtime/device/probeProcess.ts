import { median } from '../../../shared/statistics';
import { withClassifier } from '../../network/architectures';
import type { Network } from '../../network/network';
import { serveParent } from '../../process/parent';
import type { Runtime } from '../runtime';
import { trialStep } from '../trialStep';
import { deviceNamed } from './find';
import type { DeviceOrder, DeviceRate } from './probe';

const BATCH = 64;
const CLASSES = 7;
/** Seconds of timed steps. */
const SECONDS = 1;

/** The process of one probe of a device, which may crash or hang as the driver likes. */
export const deviceProcess = (): Promise<void> =>
  serveParent<DeviceOrder, DeviceRate>(async ({ device, network }) => {
    const runtime = await deviceNamed(device).open();
    return { rate: await trainingRate(runtime, network), description: runtime.description };
  });

/** Images a second of a supervised step of this encoder: median over a second, after a step that warms up. */
async function trainingRate(runtime: Runtime, encoder: Network): Promise<number> {
  const trial = await trialStep(runtime, withClassifier(encoder, CLASSES, 0), { batch: BATCH });
  try {
    const times: number[] = [];
    const begin = performance.now();
    while (times.length < 3 || performance.now() - begin < SECONDS * 1000) {
      const before = performance.now();
      const { loss } = await trial.run();
      if (!Number.isFinite(loss)) throw new Error('The loss of a training step is not a number.');
      times.push(performance.now() - before);
    }
    return (1000 * BATCH) / median(times.slice(1))!; // the first compiles kernels
  } finally {
    await trial.dispose();
  }
}
