import { rm } from 'node:fs/promises';
import { placeIn, places } from '../../shared/workspace/paths';
import type { Dataset } from '../data/dataset/type';
import { encoderDigest } from '../features/digest';
import type { Encoder } from '../features/encoder';
import type { FitRequest, UnfinishedTraining } from '../learner/learner';
import type { Parameters } from '../network/network';
import { digestOf } from '../store/digest';
import { readSafetensors, writeSafetensors } from '../store/safetensors';

/** Everything that decides what a training computes. */
export interface TrainingSettings extends Pick<FitRequest, 'encoder' | 'labelled' | 'seed'> {
  readonly beside?: Encoder;
  readonly unlabelled: Int32Array;
  readonly mirrors: boolean;
  readonly name: string;
  readonly settings: object;
}

const VELOCITY = 'velocity/';

/**
 * The unfinished training of a dataset, in its cache: one file for all, because whoever begins another training has given up the
 * one before. A file of another training, or a damaged one, is as good as none.
 */
export function unfinishedTraining(
  { directory, file }: Pick<Dataset, 'directory' | 'file'>,
  { encoder, beside, labelled, unlabelled, ...settings }: TrainingSettings,
): UnfinishedTraining {
  const path = placeIn(directory, places.trainingCheckpoint);
  const { digest, image, normalisation } = file;
  const key = digestOf({
    ...settings,
    digest,
    image,
    normalisation,
    encoder: encoderDigest(encoder),
    beside: beside ? encoderDigest(beside) : null,
    labelled: [...labelled.indices].map((index, i) => [index, labelled.labels[i]]),
    unlabelled: [...unlabelled],
  });
  return {
    async load() {
      const stored = await readSafetensors(path).catch(() => null);
      const step = Number(stored?.metadata.step);
      if (!stored || stored.metadata.key !== key || !Number.isSafeInteger(step)) return null;
      const parameters: Parameters = new Map();
      const velocities: Parameters = new Map();
      for (const [name, tensor] of stored.parameters)
        if (name.startsWith(VELOCITY)) velocities.set(name.slice(VELOCITY.length), tensor);
        else parameters.set(name, tensor);
      return { step, state: { parameters, velocities } };
    },
    async save(step, { parameters, velocities }) {
      const all = new Map(parameters);
      for (const [name, tensor] of velocities) all.set(VELOCITY + name, tensor);
      await writeSafetensors(path, all, { key, step: String(step) });
    },
    remove: () => rm(path, { force: true }),
  };
}
