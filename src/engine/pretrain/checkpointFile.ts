import { rm } from 'node:fs/promises';
import * as z from 'zod';
import { damagedError, inputError } from '../errors';
import type { Parameters } from '../network/network';
import { exists } from '../store/exists';
import { readSafetensors, writeSafetensors } from '../store/safetensors';
import type { PretrainCheckpoints } from './pretrain';

const running = z.object({ loss: z.number(), alignment: z.number(), uniformity: z.number() });
const progressSchema = z.object({
  seed: z.int(),
  epochs: z.int(),
  step: z.int(),
  random: z.array(z.int()).length(4),
  history: z.array(running),
  running,
  seconds: z.number(),
  replicas: z.int().optional(),
  halvings: z.int().optional(),
});

const VELOCITY = 'velocity/';

/**
 * The checkpoint of an unfinished run: one file, so that it is whole or not there. `key` is a digest of everything that
 * decides what the run computes; a checkpoint of another run is refused, neither continued nor overwritten.
 */
export function checkpointFile(
  path: string,
  key: string,
): PretrainCheckpoints & { exists(): Promise<boolean>; remove(): Promise<void> } {
  return {
    exists: () => exists(path),
    async load() {
      if (!(await exists(path))) return null;
      const { parameters: all, metadata } = await readSafetensors(path);
      if (metadata.key !== key)
        throw inputError(
          `There is an unfinished pre-training with other settings (${path}); call pretrain with the settings it had to go on, or with --restart to begin again.`,
        );
      const parameters: Parameters = new Map();
      const velocities: Parameters = new Map();
      for (const [name, tensor] of all)
        if (name.startsWith(VELOCITY)) velocities.set(name.slice(VELOCITY.length), tensor);
        else parameters.set(name, tensor);
      try {
        const progress = progressSchema.parse(JSON.parse(metadata.progress ?? ''));
        return { progress, state: { parameters, velocities } };
      } catch (error) {
        throw damagedError(
          `The checkpoint ${path} is damaged; run pretrain with --restart to begin again without it.`,
          error,
        );
      }
    },
    async save(progress, { parameters, velocities }) {
      const all = new Map(parameters);
      for (const [name, tensor] of velocities) all.set(VELOCITY + name, tensor);
      await writeSafetensors(path, all, { key, progress: JSON.stringify(progress) });
    },
    async remove() {
      await rm(path, { force: true });
    },
  };
}

/**
 * The same for a run that begins again: what an earlier one left is passed over, yet stays until this one has done an epoch. Stopped
 * before that, nothing is forgotten.
 */
export function beginningAgain<C extends PretrainCheckpoints>(checkpoints: C): C {
  let hasSaved = false;
  return {
    ...checkpoints,
    load: async () => (hasSaved ? checkpoints.load() : null),
    async save(progress, state) {
      if (progress.history.length === 0) return;
      await checkpoints.save(progress, state);
      hasSaved = true;
    },
  };
}

/** Whether an unfinished run of that digest is kept there. */
export const holdsRun = async (path: string, key: string): Promise<boolean> =>
  (await exists(path)) && (await readSafetensors(path)).metadata.key === key;
