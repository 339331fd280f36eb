import { join } from 'node:path';
import type { EncoderFile } from '../../shared/schema/encoder';
import { placeIn, places } from '../../shared/workspace/paths';
import type { Dataset } from '../data/dataset/type';
import { inputOf } from '../data/images';
import { usageError } from '../errors';
import { readEncoder, writeEncoder } from '../features/encoderFile';
import { extractFeatures } from '../features/extract';
import type { Job } from '../job';
import { architecture, encoderNames } from '../network/architectures';
import { checkpointFile } from '../pretrain/checkpointFile';
import { effectiveRank } from '../pretrain/health';
import { fitToImages, type PretrainOptions, pretrainOptions } from '../pretrain/presets';
import { pretrain as run } from '../pretrain/pretrain';
import { defaultDevices } from '../runtime/device/choose';
import { digestOf } from '../store/digest';
import { withFileLock } from '../store/fileLock';
import { plural } from '../text/plural';
import { formatSeconds } from '../text/rate';
import { type DatasetOptions, withDataset } from './withDataset';

export interface PretrainCommandOptions extends DatasetOptions {
  readonly preset: string;
  readonly encoder?: string;
  /** At most one of the two; by default the preset's length. */
  readonly minutes?: number;
  readonly epochs?: number;
  readonly seed: number;
  /** Begin again although there is an encoder or a checkpoint. */
  readonly restart: boolean;
}

export interface PretrainReport {
  /** False when the encoder was there before. */
  readonly trained: boolean;
  readonly directory: string;
  readonly encoder: EncoderFile;
}

/** Contrastive pre-training on the training images, without labels; goes on where an earlier call was stopped. */
export async function pretrain(options: PretrainCommandOptions, job: Job): Promise<PretrainReport> {
  const settings = settingsOf(options);
  return withDataset(options, job, (dataset) =>
    // two runs at a time would overwrite each other's checkpoint
    withFileLock(join(dataset.cache, 'pretrain'), () => pretrainDataset(dataset, settings, options, job), {
      signal: job.signal,
      patience: 1_000,
    }),
  );
}

function settingsOf({ preset, encoder, minutes, epochs }: PretrainCommandOptions): PretrainOptions {
  if (minutes !== undefined && epochs !== undefined) throw usageError('Give either --minutes or --epochs, not both.');
  if (encoder !== undefined && !encoderNames.includes(encoder))
    throw usageError(`There is no encoder "${encoder}"; known are ${encoderNames.join(', ')}.`);
  const length = epochs !== undefined ? { epochs } : minutes !== undefined ? { minutes } : null;
  return pretrainOptions(preset, { ...(encoder === undefined ? {} : { encoder }), ...(length ? { length } : {}) });
}

async function pretrainDataset(
  dataset: Dataset,
  wanted: PretrainOptions,
  { seed, restart }: Pick<PretrainCommandOptions, 'seed' | 'restart'>,
  job: Job,
): Promise<PretrainReport> {
  const { directory, pixels, normalisation, train: indices } = dataset;
  const settings = fitToImages(wanted, indices.length);
  const checkpoint = checkpointFile(
    placeIn(dataset.directory, places.checkpoint),
    digestOf({ settings, seed, dataset: dataset.file.digest, indices: digestOf(Array.from(indices)) }),
  );
  if (restart) await checkpoint.remove();
  // beside a finished encoder a checkpoint is a restart that was stopped: that one goes on
  else if (!(await checkpoint.exists())) {
    const there = await readEncoder(directory);
    if (there) return { trained: false, directory, encoder: there.info };
  }
  job.report({ stage: 'Choosing the device', done: 0, total: 1 });
  const devices = await defaultDevices(architecture(settings.encoder, inputOf(pixels)));
  job.report({ stage: `Device: ${devices.why}`, done: 1, total: 1 });
  const images = { pixels, normalisation, indices };
  const { network, parameters, progress, options, runtime } = await run(
    { images, options: settings, seed, checkpoints: checkpoint, devices },
    job,
  );
  const { preset, encoder, ...rest } = options;
  const batch = Math.min(options.batch, indices.length);
  const last = progress.history[progress.history.length - 1];
  const features = await extractFeatures(
    { network, parameters, pretrained: true },
    { pixels, normalisation, indices: indices.slice(0, MOST_IMAGES_FOR_RANK) },
    job,
  );
  await writeEncoder(directory, parameters, {
    encoder,
    preset,
    seed,
    input: inputOf(dataset.pixels),
    options: JSON.parse(JSON.stringify(rest)) as Record<string, unknown>,
    device: runtime.description,
    images: indices.length,
    dataset: dataset.file.digest,
    epochs: progress.epochs,
    steps: progress.step,
    seconds: progress.seconds,
    imagesPerSecond: (progress.step * batch) / progress.seconds,
    history: [...progress.history],
    health: { alignment: last.alignment, uniformity: last.uniformity, effectiveRank: effectiveRank(features) },
  });
  await checkpoint.remove();
  const written = await readEncoder(directory);
  if (!written) throw new Error(`The encoder of ${dataset.name} is not there after writing it.`);
  return { trained: true, directory, encoder: written.info };
}

const MOST_IMAGES_FOR_RANK = 2_000;

export function describePretrain({ trained, directory, encoder: info }: PretrainReport): string {
  const { encoder, preset, epochs, images, seconds, imagesPerSecond, device, health, history } = info;
  const made = `encoder ${encoder}, preset ${preset}, ${plural(epochs, 'epoch')} on ${plural(images, 'image')}`;
  const loss = history.at(-1)?.loss.toFixed(3) ?? '–';
  return [
    trained
      ? `Pre-trained in ${formatSeconds(seconds)}: ${made} (${Math.round(imagesPerSecond)} images/s on ${device}).`
      : `Pre-trained already: ${made}; pass --restart to begin again.`,
    `Loss ${loss}, alignment ${health.alignment.toFixed(3)}, uniformity ${health.uniformity.toFixed(3)}, effective rank ${health.effectiveRank.toFixed(1)}.`,
    placeIn(directory, places.encoderWeights),
  ].join('\n');
}
