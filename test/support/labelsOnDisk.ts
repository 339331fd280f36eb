import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelEntry } from '../../src/shared/schema/labels';
import { parseLabels } from '../../src/shared/workspace/labelLines';

/** An annotator's labels as they are in the dataset's folder; empty when there is no file. */
export async function labelsOnDisk(directory: string, annotator: string): Promise<Record<string, LabelEntry>> {
  const text = await readFile(join(directory, 'labels', `${annotator}.jsonl`), 'utf8').catch(() => null);
  if (text === null) return {};
  const { value, fault } = parseLabels(text);
  if (fault) throw new Error(JSON.stringify(fault));
  return Object.fromEntries(value.labels.entries);
}
