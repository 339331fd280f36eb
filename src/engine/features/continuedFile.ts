import { rm } from 'node:fs/promises';
import { SCHEMA_VERSION } from '../../shared/schema/common';
import { type ContinuedFile, continuedFile } from '../../shared/schema/continued';
import { placeIn, places } from '../../shared/workspace/paths';
import { builtInRecipe, networkDigest } from '../encoders/builtIn';
import type { BuiltInRecipe } from '../encoders/recipe';
import { damagedError, inputError } from '../errors';
import type { Parameters } from '../network/network';
import { sha256 } from '../store/digest';
import { readBytes } from '../store/door';
import { exists } from '../store/exists';
import { ignoreInGit } from '../store/gitIgnore';
import { readJson, writeJson } from '../store/jsonFile';
import { decodeSafetensors, writeSafetensors } from '../store/safetensors';

/** A built-in encoder whose last blocks went on learning, and how. */
export interface ContinuedEncoder {
  readonly info: ContinuedFile;
  /** Its weights, and their SHA-256. */
  readonly weights: { readonly path: string; readonly digest: string };
}

/** The dataset's continued encoder, or null where there is none. Damaged files are errors that say which. */
export async function readContinued(directory: string): Promise<ContinuedEncoder | null> {
  const path = placeIn(directory, places.continued);
  if (!(await exists(path))) return null;
  const info = await readJson(path, continuedFile);
  const again = `run pretrain with --encoder ${info.base.name} --restart`;
  const weights = placeIn(directory, places.continuedWeights);
  const bytes = await readBytes(weights, 'weights').catch(() => null);
  if (!bytes) throw damagedError(`${weights} is missing, and ${path} speaks of it; put it back, or ${again}.`);
  if (decodeSafetensors(bytes, weights).metadata.made !== madeBy(info))
    throw damagedError(`${weights} and continued.json beside it do not belong together; ${again}.`);
  return { info, weights: { path: weights, digest: sha256(bytes) } };
}

/**
 * How the rows of a continued encoder are made.
 * @throws an input error where it was continued from another version of the built-in encoder than this one.
 */
export function continuedRecipe({ info, weights }: ContinuedEncoder, mirrored: boolean): BuiltInRecipe {
  const { name, digest } = info.base;
  if (digest !== networkDigest(name))
    throw inputError(
      `${weights.path} was continued from another version of the built-in encoder ${name} than this Warmstart has; run pretrain with --encoder ${name} --restart, or look through another encoder (encoder use).`,
    );
  return builtInRecipe(name, [], mirrored, weights);
}

/** Writes weights first, so that continued.json never describes weights that are not there yet. */
export async function writeContinued(
  directory: string,
  parameters: Parameters,
  info: Omit<ContinuedFile, 'schema'>,
): Promise<void> {
  const path = placeIn(directory, places.continued);
  await ignoreInGit(placeIn(directory, places.models));
  const full: ContinuedFile = { schema: SCHEMA_VERSION, ...info };
  await forgetProjections(directory);
  // an old continued.json beside new weights would be refused as damaged
  await rm(path, { force: true });
  await writeSafetensors(placeIn(directory, places.continuedWeights), parameters, { made: madeBy(full) });
  await writeJson(path, full);
}

/** Forgets a continued encoder. @throws an input error where there is none. */
export async function removeContinued(directory: string): Promise<void> {
  const path = placeIn(directory, places.continued);
  if (!(await exists(path)))
    throw inputError(`${directory} has no continued encoder; "encoder list" names those that there are.`);
  await forgetProjections(directory);
  for (const file of [path, placeIn(directory, places.continuedWeights)]) await rm(file, { force: true });
}

/** What rows of the encoder that is there were projected on: megabytes that nothing reads once it is gone. */
async function forgetProjections(directory: string): Promise<void> {
  const there = await readContinued(directory).catch(() => null);
  if (!there) return;
  for (const mirrored of [true, false]) {
    const { digest } = builtInRecipe(there.info.base.name, [], mirrored, there.weights);
    await rm(placeIn(directory, places.projection(digest)), { force: true });
  }
}

/** What ties the two files together. */
const madeBy = ({ base, seed, dataset, steps, history }: ContinuedFile): string =>
  JSON.stringify({ base, seed, dataset, steps, loss: history.at(-1)?.loss ?? null });
