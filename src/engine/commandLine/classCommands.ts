import type { Command } from 'commander';
import type { ClassChange } from '../../shared/schema/classChange';
import { changeClassesOf, describeClassChange, describeClasses, listClasses, undoClassesOf } from '../commands/classes';
import { usageError } from '../errors';
import { runCommand } from './run';

/** class list, add, rename, merge, remove, order, undo. */
export function addClassCommands(program: Command, signal: AbortSignal): void {
  const classes = program
    .command('class')
    .description('see and change the classes of a dataset, and its labels with them');
  const change: Change = (dataset, wanted, command) =>
    runCommand(command, signal, (_, workspace) => changeClassesOf({ workspace, dataset }, wanted), describeClassChange);
  classes
    .command('list')
    .description('the classes in their order, and how many labels each has')
    .argument('<dataset>')
    .action((dataset: string, _own: object, command: Command) =>
      runCommand(command, signal, (_, workspace) => listClasses({ workspace, dataset }), describeClasses),
    );
  for (const add of [addAdd, addRename, addMerge, addRemove, addOrder]) add(classes, change);
  classes
    .command('undo')
    .description('take the last change of the classes back, in the labels too')
    .argument('<dataset>')
    .action((dataset: string, _own: object, command: Command) =>
      runCommand(command, signal, (_, workspace) => undoClassesOf({ workspace, dataset }), describeClassChange),
    );
}

type Change = (dataset: string, wanted: ClassChange, command: Command) => Promise<void>;

function addAdd(classes: Command, change: Change): void {
  classes
    .command('add')
    .description('add classes at the end, so that no key changes')
    .argument('<dataset>')
    .argument('<names...>')
    .action((dataset: string, names: string[], _own: object, command: Command) =>
      change(dataset, { kind: 'add', names }, command),
    );
}

function addRename(classes: Command, change: Change): void {
  classes
    .command('rename')
    .description('give a class another name, in all labels too')
    .argument('<dataset>')
    .argument('<from>')
    .argument('<to>')
    .action((dataset: string, from: string, to: string, _own: object, command: Command) =>
      change(dataset, { kind: 'rename', from, to }, command),
    );
}

function addMerge(classes: Command, change: Change): void {
  classes
    .command('merge')
    .description('make one class of several: their labels get its name')
    .argument('<dataset>')
    .argument('<names...>', 'classes that end')
    .requiredOption('--into <class>', 'class that stays')
    .action((dataset: string, from: string[], { into }: { into: string }, command: Command) =>
      change(dataset, { kind: 'merge', from, into }, command),
    );
}

function addRemove(classes: Command, change: Change): void {
  classes
    .command('remove')
    .description('remove a class')
    .argument('<dataset>')
    .argument('<name>')
    .option('--labels-to <class>', 'its labels get this class')
    .option('--drop-labels', 'its labels are taken back: the images are unlabelled again')
    .action((dataset: string, name: string, own: RemoveFlags, command: Command) =>
      change(dataset, removal(name, own), command),
    );
}

function addOrder(classes: Command, change: Change): void {
  classes
    .command('order')
    .description('put these classes first, in this order; the others follow as they were')
    .argument('<dataset>')
    .argument('<names...>')
    .action((dataset: string, names: string[], _own: object, command: Command) =>
      change(dataset, { kind: 'order', names }, command),
    );
}

interface RemoveFlags {
  labelsTo?: string;
  dropLabels?: boolean;
}

function removal(name: string, { labelsTo, dropLabels }: RemoveFlags): ClassChange {
  if (labelsTo !== undefined && dropLabels) throw usageError('Give either --labels-to or --drop-labels.');
  if (labelsTo !== undefined) return { kind: 'merge', from: [name], into: labelsTo };
  return { kind: 'remove', name, ...(dropLabels ? { drop: true } : {}) };
}
