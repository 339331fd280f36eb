import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LabelEntry, labelFile } from '../../src/shared/schema/labels';

/** An annotator's labels as they are in the dataset's folder; empty when there is no file. */
export async function labelsOnDisk(directory: string, annotator: string): Promise<Record<string, LabelEntry>> {
  const text = await readFile(join(directory, 'labels', `${annotator}.json`), 'utf8').catch(() => null);
  return text === null ? {} : labelFile.parse(JSON.parse(text)).labels;
}
