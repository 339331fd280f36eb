import { commands, type ExtensionContext } from 'vscode';
import { isSet } from './contextKeys';

/** Steps that VS Code was told of, in the state of this profile: whoever takes a tick away may keep it that way. */
const TOLD = 'walkthrough steps told';

interface Manifest {
  readonly contributes: {
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly { readonly id: string; readonly completionEvents: readonly string[] }[];
    }[];
  };
}

/**
 * Ticks the steps of the walkthrough that the datasets on the disk show to be done. VS Code does so by itself only for
 * keys that change after somebody opened a walkthrough: one that is true by then counts as having been seen.
 */
export async function tickWalkthrough({ extension, globalState }: Pick<ExtensionContext, 'extension' | 'globalState'>) {
  const { contributes } = extension.packageJSON as Manifest;
  const told = new Set(globalState.get<readonly string[]>(TOLD, []));
  const before = told.size;
  for (const { id: walkthrough, steps } of contributes.walkthroughs)
    for (const { id, completionEvents } of steps) {
      const isDone = completionEvents.some((event) => isSet(event.replace(/^onContext:/, '')));
      const step = `${extension.id}#${walkthrough}#${id}`;
      if (isDone && !told.has(step) && (await tick(step))) told.add(step);
    }
  if (told.size > before) await globalState.update(TOLD, [...told]);
}

/** False while VS Code does not know the step, which takes it up to 5 s: the next change of the datasets tries again. */
const tick = (step: string): Thenable<boolean> =>
  commands.executeCommand('welcome.markStepComplete', step).then(
    () => true,
    () => false,
  );
