import { basename } from 'node:path';
import { externalNameOf } from '../../shared/features';
import type { ExternalEncoderFile } from '../../shared/schema/externalEncoder';
import { listExternal } from '../encoders/external/register';
import { hasGiven, readGivenInfo } from '../encoders/given/register';
import type { ModelInput } from '../features/featureGraph';

/** What gives the rows that an input of an exported model takes, for whoever runs the two. */
type OutsideEncoder = {
  /** The model's input that takes its rows. */
  readonly for: string;
  readonly encoder: string;
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  readonly trainedOn: string | null;
} & (Pick<ExternalEncoderFile, 'input' | 'output' | 'preprocessing'> | { readonly embeddings: true });

/** All encoders from outside that come before a model, by the inputs that take their rows. */
export async function outsideEncoders(
  directory: string,
  inputs: ReadonlyMap<string, ModelInput>,
): Promise<OutsideEncoder[]> {
  const registered = await listExternal(directory);
  const found: OutsideEncoder[] = [];
  for (const [input, taken] of inputs) {
    if (taken.of !== 'rows') continue;
    const name = externalNameOf(taken.encoder)!;
    const common = { for: input, encoder: taken.encoder };
    if (await hasGiven(directory, name)) {
      const { source, trainedOn } = await readGivenInfo(directory, name);
      const files = [{ name: source.name, sha256: source.sha256 }];
      found.push({ ...common, files, trainedOn, embeddings: true });
      continue;
    }
    const {
      files,
      input: fed,
      output,
      preprocessing,
      trainedOn,
    } = registered.find((each) => each.name === name)!.file!;
    const named = files.map(({ path, sha256 }) => ({ name: basename(path), sha256 }));
    found.push({ ...common, files: named, trainedOn, input: fed, output, preprocessing });
  }
  return found;
}
