import { basename, dirname, relative, sep } from 'node:path';
import { Uri, workspace } from 'vscode';
import { isDatasetName } from '../../shared/datasetName';
import type { DatasetRef } from '../datasets/datasetRef';

/** Commands get anything as arguments: nothing, an item of the tree, a file of the explorer, or what a keybinding says. */

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** The dataset that an argument is about: itself, that of a tree item, or that in which a file lies. */
export function refIn(argument: unknown): DatasetRef | undefined {
  if (argument instanceof Uri) return refOfFile(argument);
  if (!isObject(argument)) return undefined;
  const { workspace: folder, name, directory, ref } = argument;
  if (typeof folder === 'string' && typeof name === 'string' && typeof directory === 'string')
    return { workspace: folder, name, directory };
  return isObject(ref) ? refIn(ref) : undefined;
}

function refOfFile(uri: Uri): DatasetRef | undefined {
  const steps = stepsInWarmstart(uri);
  if (!steps || !isDatasetName(steps.names[0])) return undefined;
  const [name] = steps.names;
  const { folder } = steps;
  return { workspace: folder, name, directory: Uri.joinPath(Uri.file(folder), 'warmstart', name).fsPath };
}

/** The benchmark that an argument names: a tree item's, or the one whose report a file is. */
export function benchmarkIn(argument: unknown): string | undefined {
  if (argument instanceof Uri) {
    const names = stepsInWarmstart(argument)?.names ?? [];
    return names[1] === 'benchmarks' && names.length > 3 ? basename(dirname(argument.fsPath)) : undefined;
  }
  return isObject(argument) && typeof argument.benchmark === 'string' ? argument.benchmark : undefined;
}

/** A file's path within `warmstart/` of its workspace folder, in steps. */
function stepsInWarmstart(uri: Uri): { readonly folder: string; readonly names: readonly string[] } | undefined {
  const folder = uri.scheme === 'file' ? workspace.getWorkspaceFolder(uri)?.uri.fsPath : undefined;
  if (folder === undefined) return undefined;
  const [first, ...names] = relative(folder, uri.fsPath).split(sep);
  return first === 'warmstart' && names.length > 0 ? { folder, names } : undefined;
}

/** A number of that name in an argument. */
export function numberIn(argument: unknown, name: string): number | undefined {
  const value = isObject(argument) ? argument[name] : undefined;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A string of that name in an argument. */
export function textIn(argument: unknown, name: string): string | undefined {
  const value = isObject(argument) ? argument[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
