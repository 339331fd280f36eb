import type { FeatureName } from '../../shared/features';
import { type FeaturesFile, featuresFile } from '../../shared/schema/features';
import { placeIn, places } from '../../shared/workspace/paths';
import { exists } from '../store/exists';
import { readJson, writeJson } from '../store/jsonFile';

/** Which encoder a dataset uses; null where its files say nothing. A damaged file is an error that names it. */
export async function readFeaturesFile(directory: string): Promise<FeaturesFile | null> {
  const path = placeIn(directory, places.features);
  return (await exists(path)) ? readJson(path, featuresFile) : null;
}

export const featuresInUse = async (directory: string): Promise<FeatureName | null> =>
  (await readFeaturesFile(directory))?.use ?? null;

export const writeFeaturesFile = (directory: string, file: Omit<FeaturesFile, 'schema'>): Promise<void> =>
  writeJson(placeIn(directory, places.features), { schema: 1, ...file });
