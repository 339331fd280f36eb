import type { FeatureName } from '../../shared/features';
import { type FeaturesFile, featuresFile } from '../../shared/schema/features';
import { placeIn, places } from '../../shared/workspace/paths';
import { keepsClasses } from '../data/mirroring';
import { exists } from '../store/exists';
import { readJson, writeJson } from '../store/jsonFile';

/** Which encoder a dataset uses; null where its files say nothing. A damaged file is an error that names it. */
export async function readFeaturesFile(directory: string): Promise<FeaturesFile | null> {
  const path = placeIn(directory, places.features);
  return (await exists(path)) ? readJson(path, featuresFile) : null;
}

export const featuresInUse = async (directory: string): Promise<FeatureName | null> =>
  (await readFeaturesFile(directory))?.use ?? null;

/** Whether networks look at mirrored images too: as the file says, or else as the names of the classes allow. */
export const mirroredBy = async (directory: string, classes: readonly string[]): Promise<boolean> =>
  (await readFeaturesFile(directory))?.mirrored ?? keepsClasses(classes);

/**
 * Views to learn from. They are not mirrored where a class is named after a side: an encoder that takes a left hand for a right one
 * could never tell them apart.
 */
export const viewsFor = async <V extends { readonly flipProbability: number }>(
  { directory, classes }: { readonly directory: string; readonly classes: readonly string[] },
  views: V,
): Promise<V> => ((await mirroredBy(directory, classes)) ? views : { ...views, flipProbability: 0 });

export const writeFeaturesFile = (directory: string, file: Omit<FeaturesFile, 'schema'>): Promise<void> =>
  writeJson(placeIn(directory, places.features), { schema: 1, ...file });
