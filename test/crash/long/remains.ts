import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { parseLabels } from '../../../src/shared/workspace/labelLines';

/** Names of files below a folder, `/` between their parts. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .sort();
}

/** What a command writes of the moment it ran at, and how long it took. */
const MOMENT = /^(at|date|seconds|created|written|started|ended|imagesPerSecond|.*Seconds)$/;

/** The part of a benchmark's report that tells how long things took. */
const TIMES_OF_REPORT = /\n## [^\n]*\n\nSeconds on[\s\S]*?(?=\n## |$)/;

const withoutMoments = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutMoments);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !MOMENT.test(key));
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutMoments(inner)]));
};

/** The content of a file that has to be the same however often its command was killed. */
function lasting(path: string, bytes: Buffer, folder: string): string {
  if (!/\.(jsonl?|md|csv)$/.test(path)) return bytes.toString('latin1');
  const text = bytes.toString('utf8').replaceAll(folder, '<folder>').replace(TIMES_OF_REPORT, '');
  if (path.endsWith('.json')) return JSON.stringify(withoutMoments(JSON.parse(text)));
  if (!path.endsWith('.jsonl')) return text;
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line) => JSON.stringify(withoutMoments(JSON.parse(line)))).join('\n');
}

/** Files of a dataset that are not made anew from others. */
export async function lastingFiles(directory: string, folder: string): Promise<Map<string, string>> {
  const files = (await filesBelow(directory)).filter((path) => !path.startsWith('.cache/'));
  const read = async (path: string): Promise<[string, string]> => [
    path,
    lasting(path, await readFile(join(directory, path)), folder),
  ];
  return new Map(await Promise.all(files.map(read)));
}

/** Names of the files that differ between two. */
export function differing(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...one.keys(), ...other.keys()]);
  return [...paths].filter((path) => one.get(path) !== other.get(path)).sort();
}

/** Half-written files and locks, which nothing may leave for ever. */
export const leftovers = async (directory: string): Promise<string[]> =>
  (await filesBelow(directory)).filter((path) => /\.tmp$|\.lock$/.test(path));

/** Annotator → image → label, as the files of a dataset say; throws where one can't be read. */
export async function labelsIn(directory: string): Promise<Map<string, Map<string, string | undefined>>> {
  const labels = new Map<string, Map<string, string | undefined>>();
  for (const path of await filesBelow(join(directory, 'labels'))) {
    if (!path.endsWith('.jsonl')) continue;
    const { value, fault } = parseLabels(await readFile(join(directory, 'labels', path), 'utf8'));
    if (fault) throw new Error(`labels/${path}: ${JSON.stringify(fault)}`);
    const entries = [...value.labels.entries].map(([image, { label }]): [string, string | undefined] => [image, label]);
    labels.set(path, new Map(entries));
  }
  return labels;
}
