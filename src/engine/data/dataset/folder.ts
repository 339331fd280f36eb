import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type DatasetFile, datasetFile } from '../../../shared/schema/dataset';
import { isDatasetName } from '../../../shared/workspace/datasetName';
import { datasetDirectory as directoryOf, placeIn, places, warmstartFolder } from '../../../shared/workspace/paths';
import { inputError } from '../../errors';
import { withFileLock } from '../../store/fileLock';
import { readJson } from '../../store/jsonFile';

/** Absolute path of a dataset's folder, whether it is there or not. */
export const datasetDirectory = (workspace: string, name: string): string => directoryOf(resolve(workspace), name);

export const datasetFilePath = (directory: string): string => placeIn(directory, places.dataset);

export const readDatasetFile = (directory: string): Promise<DatasetFile> =>
  readJson(datasetFilePath(directory), datasetFile);

/** Does work that reads dataset.json and writes it again; whoever else does waits. */
export const withDatasetFile = <T>(directory: string, work: () => Promise<T>): Promise<T> =>
  withFileLock(datasetFilePath(directory), work);

/** The folder of a dataset; an unknown name is an input error that lists the known ones. */
export async function findDataset(workspace: string, name: string): Promise<string> {
  const directory = datasetDirectory(workspace, name);
  if (isDatasetName(name) && existsSync(datasetFilePath(directory))) return directory;
  const known = (await listDatasets(workspace)).map((listing) => listing.name);
  const advice = known.length > 0 ? `known are ${known.join(', ')}` : 'import a folder of images first';
  throw inputError(`There is no dataset "${name}" in ${warmstartFolder(resolve(workspace))}; ${advice}.`);
}

/** A dataset of a workspace; `file` is null and `problem` says why when its dataset.json can't be used. */
export type DatasetListing = { readonly name: string; readonly directory: string } & (
  | { readonly file: DatasetFile; readonly problem: null }
  | { readonly file: null; readonly problem: string }
);

/** All datasets of a workspace, by name. */
export async function listDatasets(workspace: string): Promise<DatasetListing[]> {
  const names = (await readdir(warmstartFolder(resolve(workspace))).catch(() => [])).sort();
  const listings: DatasetListing[] = [];
  for (const name of names) {
    const directory = datasetDirectory(workspace, name);
    if (!isDatasetName(name) || !existsSync(datasetFilePath(directory))) continue;
    const read = readDatasetFile(directory).then(
      (file): DatasetListing => ({ name, directory, file, problem: null }),
      (error: Error): DatasetListing => ({ name, directory, file: null, problem: error.message }),
    );
    listings.push(await read);
  }
  return listings;
}

/** Absolute path of the images that dataset.json names as `root`. */
export const resolveRoot = (directory: string, root: string): string => resolve(directory, root);

/** Where an image's file lies; null for rows of a csv file. */
export const imageFile = ({ layout }: Pick<DatasetFile, 'layout'>, root: string, id: string): string | null =>
  layout === 'fer2013' ? null : join(root, ...id.split('/'));
