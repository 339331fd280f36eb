import type { RoundFile } from '../../shared/schema/round';
import { rebuildCache } from '../data/dataset/import';
import { openDataset } from '../data/dataset/open';
import type { Dataset } from '../data/dataset/type';
import { combinedWithHog } from '../features/combined';
import { encoderDigest } from '../features/digest';
import type { Encoder, NetworkEncoder } from '../features/encoder';
import { createEncoder } from '../features/encoder';
import { readEncoder } from '../features/encoderFile';
import { hog } from '../features/hog';
import type { Job } from '../job';
import type { LearnerName } from '../learner/learner';
import type { MergedLabels } from '../rounds/labelFiles';

/** What every command on a dataset gets. */
export interface DatasetOptions {
  /** Folder that holds `warmstart/`. */
  readonly workspace: string;
  readonly dataset: string;
}

/** Opens a dataset for the time of `work`. */
export async function withDataset<T>(
  { workspace, dataset: name }: DatasetOptions,
  job: Job,
  work: (dataset: Dataset) => Promise<T>,
): Promise<T> {
  const dataset = await openDataset(workspace, name, job, rebuildCache);
  try {
    return await work(dataset);
  } finally {
    dataset.close();
  }
}

const FALLBACK_ENCODER = 'small';
const FALLBACK_SEED = 0;

/** Input of a network on this dataset's images. */
export function inputOf(dataset: Dataset): [channels: number, height: number, width: number] {
  const { channels, height, width } = dataset.pixels;
  return [channels, height, width];
}

/** What a dataset's models start from. */
export interface Encoders {
  /** What probes and coverage look at: HOG, which needs no training, and beside it the pre-trained encoder once there is one. */
  readonly features: Encoder;
  /** What fine-tuning starts from: the pre-trained encoder; until then, random weights that are always the same. */
  readonly network: NetworkEncoder;
}

export async function encodersOf(dataset: Dataset): Promise<Encoders> {
  const pretrained = await readEncoder(dataset.directory);
  if (pretrained) return { features: combinedWithHog(pretrained), network: pretrained };
  return { features: hog, network: createEncoder(FALLBACK_ENCODER, inputOf(dataset), FALLBACK_SEED) };
}

/** From this many labels on, `auto` fine-tunes a pre-trained encoder: below, a probe that sees HOG too is as good (docs/results.md). */
const FINETUNE_FROM = 700;

/** Where a learner starts, and which one it is. */
export function startOf(
  { features, network }: Encoders,
  learner: LearnerName | 'auto',
  labelled: number,
): { readonly encoder: Encoder; readonly learner: LearnerName } {
  const own = network.pretrained && labelled >= FINETUNE_FROM ? 'finetune' : 'probe';
  const name = learner === 'auto' ? own : learner;
  return { encoder: name === 'probe' ? features : network, learner: name };
}

/** The one of them that a stored model started from; undefined when it was another. */
export const encoderOfDigest = ({ features, network }: Encoders, digest: string): Encoder | undefined =>
  [features, network].find((encoder) => encoderDigest(encoder) === digest);

/** Labels to train on: those of training images. Test images never teach, whoever labelled them. */
export function trainingLabels(dataset: Dataset, merged: MergedLabels): ReadonlyMap<number, number> {
  return new Map([...merged.labels].filter(([i]) => dataset.images[i].split === 'train'));
}

/** Image ids that rounds asked for and that nobody has answered, in the order of asking. */
export function pendingImages(dataset: Dataset, rounds: readonly RoundFile[], merged: MergedLabels): string[] {
  const asked = new Set(rounds.flatMap((round) => round.picks.map((pick) => pick.image)));
  return [...asked].filter((image) => {
    const index = dataset.indexOf(image);
    return index === undefined || !merged.answered.has(index);
  });
}
