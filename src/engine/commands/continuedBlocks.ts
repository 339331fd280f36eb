import type { BuiltInName } from '../../shared/encoders';
import type { Dataset } from '../data/dataset/type';
import { networkDigest, shippedTail } from '../encoders/builtIn';
import { tails } from '../encoders/continued/tails';
import { viewMapsOf } from '../encoders/continued/viewMaps';
import type { ContinuedViews } from '../encoders/continued/views';
import { writeContinued } from '../features/continuedFile';
import type { Job } from '../job';
import { VIEWS, withScaledRows } from '../pretrain/continuing';
import { keptViews } from '../pretrain/keptViews';
import type { ContrastiveOptions } from '../pretrain/presets';
import { type PretrainCheckpoints, pretrain } from '../pretrain/pretrain';
import { rowsHealth } from '../pretrain/rowsHealth';
import { defaultDevices } from '../runtime/device/choose';

/** Everything that decides what a built-in encoder's last blocks learn. */
export interface BlockTraining {
  readonly dataset: Dataset;
  readonly base: BuiltInName;
  readonly settings: ContrastiveOptions;
  readonly how: ContinuedViews;
  readonly seed: number;
  /** Images that are learned from. */
  readonly indices: Int32Array;
  readonly checkpoint: PretrainCheckpoints;
}

/** Makes the views, trains the blocks on them, and writes the continued encoder. The views are gone afterwards. */
export async function trainBlocks(training: BlockTraining, job: Job): Promise<void> {
  const { dataset, base, settings, how, seed, indices, checkpoint } = training;
  const maps = await viewMapsOf(dataset, base, { indices, seed, count: VIEWS, how }, job);
  try {
    const { network } = tails[base];
    const start = await shippedTail(base);
    const devices = await defaultDevices(network);
    job.report({ stage: `Device: ${devices.why}`, done: 1, total: 1 });
    const run = {
      source: keptViews(maps),
      encoder: withScaledRows(network),
      options: settings,
      seed,
      start,
      checkpoints: checkpoint,
      devices,
    };
    const { parameters, progress, options, runtime } = await pretrain(run, job);
    const health = (weights: typeof start) => rowsHealth(maps, network, weights, devices, job);
    await writeContinued(dataset.directory, parameters, {
      base: { name: base, digest: networkDigest(base) },
      options: JSON.parse(JSON.stringify({ ...options, views: VIEWS, how })) as Record<string, unknown>,
      seed,
      device: runtime.description,
      images: indices.length,
      of: dataset.train.length,
      dataset: dataset.file.digest,
      epochs: progress.epochs,
      steps: progress.step,
      seconds: progress.seconds,
      imagesPerSecond: (progress.step * Math.min(options.batch, indices.length)) / progress.seconds,
      history: [...progress.history],
      health: { before: await health(start), after: await health(parameters) },
    });
    await maps.remove();
  } finally {
    maps.close();
  }
}
