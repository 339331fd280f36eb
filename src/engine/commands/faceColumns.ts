import { join, relative, sep } from 'node:path';
import { resolveRoot } from '../data/dataset/folder';
import type { Dataset } from '../data/dataset/type';
import { facesFolder, photosByImage, readFaces } from '../faces/list';

/** Columns of a table of images; none for a dataset whose images are as they came. */
export interface FaceColumns {
  readonly names: readonly string[];
  of(image: string): readonly (string | number)[];
}

const names = ['photo', 'left', 'top', 'side', 'turned'];

/** Which photo each face was cut out of, and where it lies there. */
export async function faceColumns({ directory, file }: Pick<Dataset, 'directory' | 'file'>): Promise<FaceColumns> {
  const faces = await readFaces(directory);
  if (!faces) return { names: [], of: () => [] };
  const photos = photosByImage(faces.found);
  const root = resolveRoot(directory, file.root);
  return {
    names,
    of(image) {
      const found = photos.get(relative(facesFolder(directory), join(root, image)).split(sep).join('/'));
      if (!found) return names.map(() => '');
      const { photo, face } = found;
      return [photo, face.left, face.top, face.side, face.turned];
    },
  };
}
