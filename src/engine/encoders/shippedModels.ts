import { join } from 'node:path';
import { damagedError } from '../errors';
import { sha256 } from '../store/digest';
import { readBytes } from '../store/door';
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
      const bytes = await readBytes(path, 'weights').catch(() => null);
      if (!bytes) throw damagedError(`${path}, a part of Warmstart, is missing; install Warmstart again.`);
      if (sha256(bytes) !== digests[`${name}.${kind}`])
        throw damagedError(`${path} is not the file that Warmstart was shipped with; install Warmstart again.`);
      return bytes;
    }),
  );
  return readGraphModel(json.toString('utf8'), bin, join(folder, `${name}.bin`));
}
