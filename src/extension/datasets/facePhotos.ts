import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { type FacesFile, type FoundFace, facesFile } from '../../shared/schema/faces';
import { type DatasetRef, placeIn, places } from '../../shared/workspace/paths';
import { parseFile } from '../../shared/workspace/problems';
import { readText } from '../door';
import type { DatasetState } from './datasetState';
import { imageRoot } from './knownLabels';

/** The faces that were cut out for a dataset; null where its images are as they came, or the list can't be read. */
async function readFaces({ directory }: DatasetRef): Promise<FacesFile | null> {
  const path = placeIn(directory, places.facesList);
  if (!existsSync(path)) return null;
  const text = await readText(path, 'json').catch(() => '');
  return parseFile(text, facesFile).value;
}

/** The folder of the photos that a dataset's faces were cut out of; null where its images are as they came. */
export async function photosOf(ref: DatasetRef): Promise<string | null> {
  const faces = await readFaces(ref);
  return faces && resolve(ref.directory, faces.photos);
}

/** The photo that a face was cut out of, and where it lies there; null for any other image. */
export async function photoOf(
  { ref, file }: Pick<DatasetState, 'ref' | 'file'>,
  image: string,
): Promise<{ readonly path: string; readonly face: FoundFace } | null> {
  const faces = await readFaces(ref);
  if (!faces) return null;
  const name = relative(placeIn(ref.directory, places.faces), join(imageRoot({ ref, file }), image));
  const id = name.split(sep).join('/');
  for (const { photo, faces: found } of faces.found) {
    const face = found.find((one) => one.image === id);
    if (face) return { path: join(resolve(ref.directory, faces.photos), ...photo.split('/')), face };
  }
  return null;
}
