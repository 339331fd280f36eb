import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isExternalName } from '../../../shared/features';
import { type ExternalEncoderFile, externalEncoderFile } from '../../../shared/schema/externalEncoder';
import { placeIn, places } from '../../../shared/workspace/paths';
import { damagedError, inputError } from '../../errors';
import { digestOf } from '../../store/digest';
import { exists } from '../../store/exists';
import { ignoreInGit } from '../../store/gitIgnore';
import { readJson, writeJson } from '../../store/jsonFile';
import type { ExternalRecipe } from '../recipe';
import { sha256Of } from './files';

/** An encoder that was added; or what is wrong with its file. */
export type Registered = { readonly name: string; readonly path: string } & (
  | { readonly file: ExternalEncoderFile; readonly problem: null }
  | { readonly file: null; readonly problem: string }
);

const EXTENSION = '.json';

const pathOf = (directory: string, name: string): string => placeIn(directory, places.externalEncoder(name));

export async function writeExternal(directory: string, name: string, file: ExternalEncoderFile): Promise<string> {
  await ignoreInGit(placeIn(directory, places.models));
  await writeJson(pathOf(directory, name), file);
  return pathOf(directory, name);
}

/** All encoders that were added to a dataset, by name. Their models are not looked at. */
export async function listExternal(directory: string): Promise<Registered[]> {
  const names = await externalNames(directory);
  return Promise.all(
    names.map(async (name): Promise<Registered> => {
      const path = pathOf(directory, name);
      return readFileOf(directory, name).then(
        (file) => ({ name, path, file, problem: null }),
        (error: Error) => ({ name, path, file: null, problem: error.message }),
      );
    }),
  );
}

async function externalNames(directory: string): Promise<string[]> {
  const files = await readdir(placeIn(directory, places.externalEncoders)).catch(() => []);
  const names = files.filter((file) => file.endsWith(EXTENSION)).map((file) => file.slice(0, -EXTENSION.length));
  return names.filter(isExternalName).sort();
}

export const hasExternal = async (directory: string, name: string): Promise<boolean> =>
  isExternalName(name) && (await exists(pathOf(directory, name)));

/** Forgets an encoder; its model stays where it is. */
export async function removeExternal(directory: string, name: string): Promise<void> {
  await requireExternal(directory, name);
  await rm(pathOf(directory, name));
}

/** An encoder of a dataset, ready to be run. @throws UserError where its model is missing or no longer what was added. */
export async function externalRecipe(directory: string, name: string): Promise<ExternalRecipe> {
  const file = await readFileOf(directory, name);
  const paths = file.files.map(({ path }) => resolve(directory, path));
  for (const [i, path] of paths.entries()) await requireUnchanged(name, path, file.files[i]);
  const { input, output, preprocessing, batch } = file;
  const { name: inputName, type: inputType, ...shape } = input;
  return {
    kind: 'external',
    name,
    digest: digestOf({
      version: 1, // of how images are prepared and outputs are pooled
      files: file.files.map(({ sha256 }) => sha256),
      input,
      output,
      preprocessing,
    }),
    dimensions: output.dimensions,
    preprocessing,
    input: shape,
    batch,
    mirrored: false,
    file: paths[0],
    inputName,
    inputType,
    outputName: output.name,
    pool: output.pool,
  };
}

async function readFileOf(directory: string, name: string): Promise<ExternalEncoderFile> {
  await requireExternal(directory, name);
  return readJson(pathOf(directory, name), externalEncoderFile, `add the encoder "${name}" again`);
}

async function requireExternal(directory: string, name: string): Promise<void> {
  if (await hasExternal(directory, name)) return;
  const known = await externalNames(directory);
  throw inputError(
    known.length === 0
      ? `There is no encoder "${name}" in ${dirname(pathOf(directory, name))}; add one first (encoder add).`
      : `There is no encoder "${name}" in ${dirname(pathOf(directory, name))}; known are ${known.join(', ')}.`,
  );
}

/** A file of the same size and time is the same; otherwise its digest decides. */
async function requireUnchanged(
  name: string,
  path: string,
  known: ExternalEncoderFile['files'][number],
): Promise<void> {
  const now = await stat(path).catch(() => null);
  if (!now)
    throw inputError(`${path}, a file of the encoder "${name}", is missing; put it back, or add the encoder again.`);
  if (now.size === known.bytes && now.mtimeMs === known.modified) return;
  if (now.size === known.bytes && (await sha256Of(path)) === known.sha256) return;
  throw damagedError(
    `${path} is no longer the file that was added as the encoder "${name}"; put that one back, or add the encoder again under this or another name.`,
  );
}
