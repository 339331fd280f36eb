import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { damagedError } from '../errors';
import digests from './builtInFiles.json';
import { type GraphModel, readGraphModel } from './graphModel/read';

/** Beside the bundle that runs: the build puts them there. */
const FOLDER = join(__dirname, 'encoders');

export const shippedModels = ['faceres', 'centernet', 'blazeface'] as const;
export type ShippedModel = (typeof shippedModels)[number];

/** A network that is shipped, its two files checked. A missing or changed one is a damaged error that names it. */
export async function readShippedModel(name: ShippedModel, folder = FOLDER): Promise<GraphModel> {
  const [json, bin] = await Promise.all(
    (['json', 'bin'] as const).map(async (kind) => {
      const path = join(folder, `${name}.${kind}`);
      const bytes = await readFile(path).catch(() => null);
      if (!bytes) throw damagedError(`${path}, a part of Warmstart, is missing; install Warmstart again.`);
      if (createHash('sha256').update(bytes).digest('hex') !== digests[`${name}.${kind}`])
        throw damagedError(`${path} is not the file that Warmstart was shipped with; install Warmstart again.`);
      return bytes;
    }),
  );
  return readGraphModel(json.toString('utf8'), bin, join(folder, `${name}.bin`));
}
