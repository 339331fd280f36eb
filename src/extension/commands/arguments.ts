import { Uri, workspace } from 'vscode';
import { type DatasetRef, datasetsOf, type PathInDataset, places } from '../../shared/workspace/paths';

/** Commands get anything as arguments: nothing, an item of the tree, a file of the explorer, or what a keybinding says. */

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** The dataset that an argument is about: itself, that of a tree item, or that in which a file lies. */
export function refIn(argument: unknown): DatasetRef | undefined {
  if (argument instanceof Uri) return inWorkspace(argument)?.ref;
  if (!isObject(argument)) return undefined;
  const { workspace: folder, name, directory, ref } = argument;
  if (typeof folder === 'string' && typeof name === 'string' && typeof directory === 'string')
    return { workspace: folder, name, directory };
  return isObject(ref) ? refIn(ref) : undefined;
}

/** The benchmark that an argument names: a tree item's, or the one whose report a file is. */
export function benchmarkIn(argument: unknown): string | undefined {
  if (argument instanceof Uri) {
    const steps = inWorkspace(argument)?.steps ?? [];
    return steps[0] === places.benchmarks && steps.length > 2 ? steps.at(-2) : undefined;
  }
  return isObject(argument) && typeof argument.benchmark === 'string' ? argument.benchmark : undefined;
}

/** The dataset of its workspace folder in which a file lies, and where in it. */
function inWorkspace(uri: Uri): PathInDataset | undefined {
  const folder = uri.scheme === 'file' ? workspace.getWorkspaceFolder(uri)?.uri.fsPath : undefined;
  return datasetsOf(uri.fsPath).find(({ ref }) => ref.workspace === folder);
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
