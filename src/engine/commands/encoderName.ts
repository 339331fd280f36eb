import { canNameEncoder, isBuiltInName } from '../../shared/modelName';
import { placeIn, places } from '../../shared/workspace/paths';
import { hasExternal } from '../encoders/external/register';
import { hasGiven } from '../encoders/given/register';
import { usageError } from '../errors';
import { otherSpelling } from '../store/spelling';

/** The name of an encoder that is added: it also names files. */
export function checkedName(name: string): string {
  if (isBuiltInName(name))
    throw usageError(`"${name}" is an encoder that comes with Warmstart; give another name with --name.`);
  if (canNameEncoder(name)) return name;
  throw usageError(
    `"${name}" can't name an encoder; give 1 to 64 letters, digits, spaces or . _ - with --name, with a letter or digit at both ends.`,
  );
}

/** A network and embeddings can't share a name; adding either once more takes the place of the same. */
export async function requireNoOther(directory: string, name: string, added: 'network' | 'embeddings'): Promise<void> {
  for (const folder of [places.externalEncoders, places.embeddings]) {
    const spelled = await otherSpelling(placeIn(directory, folder), `${name}.json`);
    if (spelled !== null)
      throw usageError(
        `There is an encoder "${spelled.replace(/\.json$/, '')}" already, and "${name}" differs only in upper and lower case; give that spelling, or another --name.`,
      );
  }
  const other = await (added === 'network' ? hasGiven : hasExternal)(directory, name);
  if (other)
    throw usageError(
      `There is an encoder "${name}" already, ${added === 'network' ? 'of embeddings' : 'an ONNX file'}; remove it first (encoder remove), or give another --name.`,
    );
}
