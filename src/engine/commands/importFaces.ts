import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FacesFile } from '../../shared/schema/faces';
import { warmstartFolder } from '../../shared/workspace/paths';
import { chooseName, storedRoot } from '../data/dataset/choices';
import { datasetDirectory, datasetFilePath, readDatasetFile, resolveRoot } from '../data/dataset/folder';
import { checkImport, type ImportOptions } from '../data/dataset/import';
import { requireFolder } from '../data/importers/source';
import { inputError, usageError } from '../errors';
import { type CutFacesReport, cutFaces } from '../faces/cutFaces';
import { facesFolder, readFaces } from '../faces/list';
import type { Job } from '../job';
import { few } from '../text/few';
import { plural } from '../text/plural';

export interface FacesOptions {
  /** The images are photos: every face in them becomes an image. Once a dataset was made so, it stays so. */
  readonly faces?: boolean | undefined;
  /** A YuNet as ONNX; default: the detector that ships, or the one of the import before. */
  readonly faceDetector?: string | undefined;
}

/** Where the faces of photos lie now, as an import is told of them. */
export interface CutImport {
  readonly options: ImportOptions;
  readonly report: CutFacesReport;
}

/** Cuts the faces out of photos before they are imported; null where images are to be taken as they are. */
export async function cutBeforeImport(options: ImportOptions & FacesOptions, job: Job): Promise<CutImport | null> {
  const workspace = resolve(options.workspace);
  const photos = resolve(options.folder);
  const name = chooseName(photos, options.name);
  const directory = datasetDirectory(workspace, name);
  const before = await facesBefore(directory, photos);
  if (!options.faces && !before) {
    if (options.faceDetector === undefined) return null;
    throw usageError('--face-detector says what finds faces in photos; add --faces, or leave it out.');
  }
  if (before) await requireFolder(photos);
  const kept = await layoutOf({ ...options, workspace, name }, before, job);
  const report = await cutFaces(
    {
      photos,
      stored: storedRoot(workspace, directory, photos),
      exclude: warmstartFolder(workspace),
      directory,
      before,
      detector: options.faceDetector === undefined ? (before?.detector ?? null) : resolve(options.faceDetector),
    },
    job,
  );
  return { options: { ...options, ...kept, name, folder: facesFolder(directory) }, report };
}

/** What was cut out of these photos for this dataset before; null where nothing was, or a run of others was stopped before its import. */
async function facesBefore(directory: string, photos: string): Promise<FacesFile | null> {
  const faces = await readFaces(directory);
  return faces && resolveRoot(directory, faces.photos) === photos ? faces : null;
}

/** How photos lie, which is how their faces will. What would be refused is refused before any photo is looked at. */
async function layoutOf(
  options: ImportOptions & { readonly name: string },
  before: FacesFile | null,
  job: Job,
): Promise<Pick<ImportOptions, 'layout' | 'classFolders'>> {
  const directory = datasetDirectory(options.workspace, options.name);
  if (existsSync(datasetFilePath(directory))) {
    const { root, layout } = await readDatasetFile(directory);
    if (before) return { layout: options.layout === 'auto' ? layout : options.layout };
    throw inputError(
      `There is already a dataset "${options.name}" made from ${resolveRoot(directory, root)}; give this one another name with --name.`,
    );
  }
  const { layout, subfolders } = await checkImport(options, job);
  if (layout === 'fer2013' || layout === 'rafdb')
    throw usageError(`The images of the layout ${layout} are faces already; leave out --faces.`);
  if (options.classes || !subfolders || subfolders.all.length === 0) return { layout };
  return { layout, classFolders: true };
}

/** What became of the photos, in sentences. */
export function facesNotes({ photos, faces, none, small }: CutFacesReport): string[] {
  return [
    `${plural(faces, 'face')} cut out of ${plural(photos, 'photo')}, upright and as tight as FER2013's; faces.json says which photo each comes from and where it lies there.`,
    ...(none.length > 0 ? [`No face was found in ${plural(none.length, 'photo')}: ${few(none, '; ')}.`] : []),
    ...(small > 0 ? [`${plural(small, 'face')} of fewer than 36 pixels each way passed over.`] : []),
  ];
}
