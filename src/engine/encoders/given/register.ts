import { readdir, rm } from 'node:fs/promises';
import { isExternalName } from '../../../shared/features';
import { type EmbeddingsFile, embeddingsFile } from '../../../shared/schema/embeddings';
import { placeIn, places } from '../../../shared/workspace/paths';
import { damagedError, inputError } from '../../errors';
import { type Matrix, matrix, row } from '../../numeric/matrix';
import { digestOf, sha256 } from '../../store/digest';
import { readBytes } from '../../store/door';
import { exists } from '../../store/exists';
import { ignoreInGit } from '../../store/gitIgnore';
import { readJson, writeJson } from '../../store/jsonFile';
import { readNpy, writeNpy } from '../../store/npy';
import type { GivenRecipe } from '../recipe';

const infoPath = (directory: string, name: string): string => placeIn(directory, places.embeddingsInfo(name));
const rowsPath = (directory: string, name: string): string => placeIn(directory, places.embeddingsRows(name));
const ADVICE = 'add the embeddings again (encoder add --features)';

/** Keeps a copy of the rows in the dataset's folder; what describes them is written last. */
export async function writeGiven(
  directory: string,
  name: string,
  { rows, columns, data }: Matrix<Float32Array>,
  info: Omit<EmbeddingsFile, 'sha256' | 'dimensions'>,
): Promise<string> {
  await ignoreInGit(placeIn(directory, places.models));
  await rm(infoPath(directory, name), { force: true });
  await writeNpy(rowsPath(directory, name), { shape: [rows, columns], data });
  const digest = sha256(await readBytes(rowsPath(directory, name), 'rows'));
  await writeJson(infoPath(directory, name), { ...info, sha256: digest, dimensions: columns });
  return infoPath(directory, name);
}

export const hasGiven = async (directory: string, name: string): Promise<boolean> =>
  isExternalName(name) && (await exists(infoPath(directory, name)));

/** Names of the embeddings that were added to a dataset. */
export async function givenNames(directory: string): Promise<string[]> {
  const files = await readdir(placeIn(directory, places.embeddings)).catch(() => []);
  const names = files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
  return names.filter(isExternalName).sort();
}

export const readGivenInfo = (directory: string, name: string): Promise<EmbeddingsFile> =>
  readJson(infoPath(directory, name), embeddingsFile, ADVICE);

export async function removeGiven(directory: string, name: string): Promise<void> {
  for (const path of [infoPath(directory, name), rowsPath(directory, name)]) await rm(path, { force: true });
}

/** What rounds look at where rows were given; null where there are none of that name. */
export async function givenRecipe(directory: string, name: string): Promise<GivenRecipe | null> {
  if (!(await hasGiven(directory, name))) return null;
  const { sha256: given, dimensions, images } = await readGivenInfo(directory, name);
  return { kind: 'given', name, directory, dimensions, digest: digestOf({ given, images }) };
}

/** The rows of some images. @throws UserError where one has none, or where the file is no longer what was written. */
export async function givenRowsOf(
  { directory, name }: GivenRecipe,
  wanted: readonly { readonly id: string; readonly hash: string }[],
): Promise<Matrix<Float32Array>> {
  const { sha256: given, dimensions, images } = await readGivenInfo(directory, name);
  const path = rowsPath(directory, name);
  const bytes = await readBytes(path, 'rows').catch(() => null);
  if (!bytes || sha256(bytes) !== given) throw damagedError(`${path} is missing or damaged; ${ADVICE}.`);
  const places = new Map(images.map((image, i) => [image, i]));
  const missing = wanted.filter(({ hash }) => !places.has(hash));
  if (missing.length > 0)
    throw inputError(
      `The embeddings "${name}" have no row for ${missing.length === 1 ? 'an image' : `${missing.length} images`} as the dataset holds them now, the first is ${missing[0].id}; ${ADVICE}.`,
    );
  const { shape, data } = await readNpy(path);
  const all = matrix(shape[0], dimensions, data as Float32Array);
  const rows = matrix(wanted.length, dimensions, new Float32Array(wanted.length * dimensions));
  for (const [i, { hash }] of wanted.entries()) rows.data.set(row(all, places.get(hash)!), i * dimensions);
  return rows;
}
