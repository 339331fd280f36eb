import { join } from 'node:path';
import { isExternalName } from '../../shared/features';
import { externalEncoderFile } from '../../shared/schema/externalEncoder';
import { placeIn, places } from '../../shared/workspace/paths';
import type { AddedEncoder, FileProblem } from './datasetState';
import { jsonNames } from './folders';
import type { JsonFiles } from './jsonFile';

/** The encoders that were added to a dataset, by name; their models are not looked at. */
export async function readAddedEncoders(
  directory: string,
  json: JsonFiles,
): Promise<{ readonly encoders: AddedEncoder[]; readonly problems: FileProblem[] }> {
  const folder = placeIn(directory, places.externalEncoders);
  const names = (await jsonNames(folder)).map((file) => file.replace(/\.json$/, '')).filter(isExternalName);
  const outcomes = await Promise.all(names.map((name) => json.read(join(folder, `${name}.json`), externalEncoderFile)));
  const encoders = outcomes.flatMap((outcome, i) =>
    outcome.kind === 'value' ? [{ name: names[i] ?? '', trainedOn: outcome.value.trainedOn }] : [],
  );
  const problems = outcomes.flatMap((outcome) => (outcome.kind === 'problem' ? [outcome.problem] : []));
  return { encoders, problems };
}
