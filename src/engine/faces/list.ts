import { existsSync } from 'node:fs';
import { type FacePhoto, type FacesFile, facesFile } from '../../shared/schema/faces';
import { placeIn, places } from '../../shared/workspace/paths';
import { writeFileAtomic } from '../store/atomicFile';
import { readJson } from '../store/jsonFile';

/** Where the faces that were cut out for a dataset lie. */
export const facesFolder = (directory: string): string => placeIn(directory, places.faces);

const facesPath = (directory: string): string => placeIn(directory, places.facesList);

/** What is known of them; null where a dataset's images were not cut out. */
export async function readFaces(directory: string): Promise<FacesFile | null> {
  const path = facesPath(directory);
  return existsSync(path) ? readJson(path, facesFile) : null;
}

/** Saves it, one photo a line, by name. */
export async function writeFaces(directory: string, { found, ...head }: FacesFile): Promise<void> {
  const lines = found.map((photo) => `    ${JSON.stringify(photo)}`);
  const start = JSON.stringify(head, null, 2).slice(0, -2);
  await writeFileAtomic(facesPath(directory), `${start},\n  "found": [\n${lines.join(',\n')}\n  ]\n}\n`);
}

/** Which photo each image was cut out of, by the image's path below the folder of faces. */
export const photosByImage = (found: readonly FacePhoto[]) =>
  new Map(found.flatMap(({ photo, faces }) => faces.map((face) => [face.image, { photo, face }] as const)));
