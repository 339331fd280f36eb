import { changedClasses } from '../../shared/classChanges';
import type { ClassChange, ClassState } from '../../shared/schema/classChange';
import { newClassName } from '../data/classList';
import { inputError, type UserError, usageError } from '../errors';
import { plural } from '../text/plural';

/** What a change is checked against. */
export interface ClassesNow {
  readonly dataset: string;
  readonly state: ClassState;
  /** Class → labels of all annotators, those of unknown classes among them. */
  readonly labels: ReadonlyMap<string, number>;
}

/** A change as it is carried out: names cleaned, and the classes after it. */
export interface PlannedChange {
  readonly change: ClassChange;
  readonly after: ClassState;
}

/** Throws where a change can't be, or would lose labels without anybody having said so. */
export function planClassChange(now: ClassesNow, wanted: ClassChange): PlannedChange {
  const change = checkedChange(now, wanted);
  return { change, after: changedClasses(now.state, change) };
}

function checkedChange(now: ClassesNow, change: ClassChange): ClassChange {
  const { classes } = now.state;
  switch (change.kind) {
    case 'add': {
      const names: string[] = [];
      for (const name of change.names) names.push(newClassName(name, [...classes, ...names]));
      return { kind: 'add', names };
    }
    case 'rename': {
      requireClass(now, change.from);
      const others = classes.filter((name) => name !== change.from);
      const to = newClassName(change.to, others);
      if (to === change.from) throw usageError(`The class is called "${to}" already; give another name.`);
      requireNoLabels(now, to);
      return { kind: 'rename', from: change.from, to };
    }
    case 'merge': {
      const from = [...new Set(change.from)];
      requireClass(now, change.into);
      for (const name of from) if (!now.labels.has(name)) requireClass(now, name);
      if (from.includes(change.into))
        throw usageError(`"${change.into}" can't be merged into itself; name other classes.`);
      return { kind: 'merge', from, into: change.into };
    }
    case 'remove': {
      const labels = now.labels.get(change.name) ?? 0;
      if (labels === 0) requireClass(now, change.name);
      if (labels > 0 && !change.drop)
        throw inputError(
          `The class "${change.name}" of ${now.dataset} has ${plural(labels, 'label')}; say what becomes of them: --labels-to <class> gives them another class, --drop-labels takes them back.`,
        );
      return change;
    }
    case 'order': {
      const names = [...new Set(change.names)];
      for (const name of names) requireClass(now, name);
      return { kind: 'order', names };
    }
  }
}

function requireClass({ dataset, state: { classes }, labels }: ClassesNow, name: string): void {
  if (!classes.includes(name)) throw noClass(dataset, classes, name, labels.has(name));
}

function noClass(dataset: string, classes: readonly string[], name: string, hasLabels: boolean): UserError {
  const there = classes.length > 0 ? `it has ${classes.join(', ')}` : 'it has none yet';
  const advice = hasLabels ? '; there are labels of it, which "class add" and "class merge" take up' : '';
  return inputError(`Dataset ${dataset} has no class "${name}": ${there}${advice}.`);
}

/** Labels that already say the new name could not be told from the renamed ones. */
function requireNoLabels({ labels }: ClassesNow, name: string): void {
  const there = labels.get(name) ?? 0;
  if (there > 0)
    throw inputError(
      `There are ${plural(there, 'label')} "${name}" although no class is called that; merge them into another class first ("class merge").`,
    );
}
