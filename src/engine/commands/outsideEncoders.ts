import { basename } from 'node:path';
import { externalNameOf } from '../../shared/features';
import type { ExternalEncoderFile } from '../../shared/schema/externalEncoder';
import { listExternal } from '../encoders/external/register';
import type { ModelInput } from '../features/featureGraph';

/** An encoder that comes before an exported model, for whoever runs the two: which file, what goes in, and what comes out. */
interface OutsideEncoder extends Pick<ExternalEncoderFile, 'input' | 'output' | 'preprocessing' | 'trainedOn'> {
  /** The model's input that takes its rows. */
  readonly for: string;
  readonly encoder: string;
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
}

/** What gives the rows that a model's inputs take. */
export async function outsideEncoders(
  directory: string,
  inputs: ReadonlyMap<string, ModelInput>,
): Promise<OutsideEncoder[]> {
  const registered = await listExternal(directory);
  return [...inputs].flatMap(([name, taken]) => {
    if (taken.of !== 'rows') return [];
    const { file } = registered.find((each) => each.name === externalNameOf(taken.encoder))!;
    const { files, input, output, preprocessing, trainedOn } = file!;
    const named = files.map(({ path, sha256 }) => ({ name: basename(path), sha256 }));
    return [{ for: name, encoder: taken.encoder, files: named, input, output, preprocessing, trainedOn }];
  });
}
