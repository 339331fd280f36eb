import { access } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { metrics } from '../../shared/schema/results';
import type { Dataset } from '../data/dataset/type';
import { encoderDigest } from '../features/digest';
import type { Job } from '../job';
import { type FitAndEvaluateRequest, type FitOutcome, fitAndEvaluate } from '../rounds/fit';
import { labelsDigest } from '../rounds/labelsDigest';
import { loadModel, storeModel } from '../rounds/modelFiles';
import { digestOf } from '../store/digest';
import { withFileLock } from '../store/fileLock';
import { readJson, writeJson } from '../store/jsonFile';
import { GENERATION } from './generation';

const fitFile = z.strictObject({ metrics: metrics.nullable(), estimate: z.boolean(), trainingSeconds: z.number() });

/**
 * A fit that is done once for all processes when the labelled set has `size` images, and otherwise as usual. The model
 * and its metrics are kept in the dataset's cache under a digest of all that decides them.
 */
export function sharedFit(dataset: Dataset, size: number) {
  return async (request: FitAndEvaluateRequest, job: Job): Promise<FitOutcome> => {
    if (request.labelled.size !== size) return fitAndEvaluate(request, job);
    const { encoder, beside, labelled, learner, seed } = request;
    const labels = labelsDigest(dataset, labelled);
    const held = digestOf(Array.from(dataset.test));
    const { digest, labelDigest, image, normalisation } = dataset.file;
    const key = digestOf({
      generation: GENERATION,
      digest,
      labelDigest,
      image,
      normalisation,
      held,
      labels,
      encoder: encoderDigest(encoder),
      ...(beside ? { beside: encoderDigest(beside) } : {}),
      learner,
      seed,
    });
    const path = join(dataset.cache, 'fits', key.slice(0, 32));
    return withFileLock(
      path,
      async () => {
        const stored = await readFit(path, request, key);
        if (stored) return stored;
        const outcome = await fitAndEvaluate(request, job);
        const { metrics, estimate, trainingSeconds } = outcome;
        await storeModel(`${path}.safetensors`, outcome.model, encoder, { key });
        await writeJson(`${path}.json`, { metrics, estimate, trainingSeconds });
        return outcome;
      },
      { signal: job.signal, patience: Number.POSITIVE_INFINITY },
    );
  };
}

/** The stored fit; null when it is absent or unusable: the cache may be deleted or damaged at any time. */
async function readFit(
  path: string,
  { encoder, beside }: FitAndEvaluateRequest,
  key: string,
): Promise<FitOutcome | null> {
  try {
    await access(`${path}.json`);
    const figures = await readJson(`${path}.json`, fitFile);
    return { ...figures, scored: null, model: await loadModel(`${path}.safetensors`, encoder, { key }, beside) };
  } catch {
    return null;
  }
}
