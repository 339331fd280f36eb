import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type LabelEntry, serialiseLabels } from '../../src/shared/schema/labels';
import { datasetRef } from '../../src/shared/workspace/paths';
import { datasetFile } from './datasetFiles';
import { temporaryFolder } from './temporaryFolder';

/** A dataset on disk, without images; `write` adds or replaces files. */
export async function writeDataset(name = 'faces') {
  const workspace = await temporaryFolder();
  const ref = datasetRef(workspace, name);
  const { directory } = ref;
  const write = async (path: string, content: unknown) => {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const label = (annotator: string, answers: Readonly<Record<string, LabelEntry>>) =>
    write(`labels/${annotator}.jsonl`, serialiseLabels(new Map(Object.entries(answers))));
  await write('dataset.json', datasetFile({ name }));
  return { ref, workspace, directory, write, label };
}
