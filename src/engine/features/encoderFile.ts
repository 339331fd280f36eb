import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SCHEMA_VERSION } from '../../shared/schema/common';
import { type EncoderFile, encoderFile } from '../../shared/schema/encoder';
import { placeIn, places } from '../../shared/workspace/paths';
import type { DatasetFolder } from '../data/dataset/type';
import { damagedError, inputError } from '../errors';
import { architecture } from '../network/architectures';
import { parameterDefinitions } from '../network/definitions';
import type { Network, Parameters } from '../network/network';
import { areNumbers } from '../numeric/checks';
import { exists } from '../store/exists';
import { ignoreInGit } from '../store/gitIgnore';
import { readJson, writeJson } from '../store/jsonFile';
import { readSafetensors, writeSafetensors } from '../store/safetensors';
import type { NetworkEncoder } from './encoder';

/** A pre-trained encoder and how it was made. */
export interface PretrainedEncoder extends NetworkEncoder {
  readonly info: EncoderFile;
}

const weightsPath = ({ directory }: DatasetFolder) => placeIn(directory, places.encoderWeights);
const infoPath = ({ directory }: DatasetFolder) => placeIn(directory, places.encoder);

/** The dataset's pre-trained encoder, or null before pre-training. Damaged files are errors that say which. */
export async function readEncoder(directory: string): Promise<PretrainedEncoder | null> {
  const folder = { directory };
  if (!(await exists(infoPath(folder)))) return null;
  return readFiles(weightsPath(folder), infoPath(folder), 'run pretrain with --restart');
}

/** An encoder anywhere: its weights, with encoder.json beside them. */
export async function readEncoderAt(path: string): Promise<PretrainedEncoder> {
  const info = join(dirname(path), basename(places.encoder));
  for (const file of [path, info])
    if (!(await exists(file)))
      throw inputError(
        `${file} is missing; an encoder is two files, encoder.safetensors and encoder.json beside it: copy both.`,
      );
  return readFiles(path, info, 'copy both files of an encoder again');
}

async function readFiles(weights: string, infoFile: string, advice: string): Promise<PretrainedEncoder> {
  const info = await readJson(infoFile, encoderFile);
  const network = architecture(info.encoder, info.input, info.grid);
  const { parameters, metadata } = await readSafetensors(weights);
  if (metadata.made !== madeBy(info))
    throw damagedError(`${weights} and encoder.json beside it do not belong together; ${advice}.`);
  return { network, parameters: checked(network, parameters, weights), pretrained: true, info };
}

/** Writes weights first, so that encoder.json never describes weights that are not there yet. */
export async function writeEncoder(
  directory: string,
  parameters: Parameters,
  info: Omit<EncoderFile, 'schema'>,
): Promise<void> {
  const folder = { directory };
  await ignoreInGit(placeIn(directory, places.models));
  const full: EncoderFile = { schema: SCHEMA_VERSION, ...info };
  // an old encoder.json beside new weights would be refused as damaged
  await rm(infoPath(folder), { force: true });
  await writeSafetensors(weightsPath(folder), parameters, { made: madeBy(full) });
  await writeJson(infoPath(folder), full);
}

/** What ties the two files together. */
const madeBy = ({ encoder, seed, dataset, from, steps, history }: EncoderFile): string =>
  JSON.stringify({ encoder, seed, dataset, from: from?.weights, steps, loss: history.at(-1)?.loss ?? null });

/** Exactly the network's parameters in the network's shapes; weights of another network are an error naming both. */
export function checked(network: Network, parameters: Parameters, path: string): Parameters {
  const own: Parameters = new Map();
  for (const [name, { shape }] of parameterDefinitions(network)) {
    const tensor = parameters.get(name);
    if (!tensor) throw damagedError(`${path} lacks the parameter ${name}; run pretrain with --restart.`);
    if (String(tensor.shape) !== String(shape))
      throw damagedError(
        `${path} holds ${name} as ${tensor.shape.join(' × ')} where the network has ${shape.join(' × ')}; it was made for other images or another encoder: run pretrain with --restart.`,
      );
    if (!areNumbers(tensor.data))
      throw damagedError(`${path} holds values of ${name} that are no numbers; run pretrain with --restart.`);
    own.set(name, tensor);
  }
  return own;
}
