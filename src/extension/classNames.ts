import { l10n } from 'vscode';
import { type ClassNameFault, classNameFault, cleanClassName, MAX_CLASS_NAME } from '../shared/classNames';
import { isolated } from './text';

/** What is wrong with a name for a class beside these others, as a sentence; undefined when nothing is. */
export function classNameProblem(name: string, others: readonly string[]): string | undefined {
  const cleaned = cleanClassName(name);
  const fault = classNameFault(cleaned, others);
  return fault ? faultText(cleaned, fault) : undefined;
}

function faultText(name: string, fault: ClassNameFault): string {
  switch (fault.kind) {
    case 'empty':
      return l10n.t('A class has to have a name.');
    case 'long':
      return l10n.t('Use at most {0} characters.', MAX_CLASS_NAME);
    case 'control':
      return l10n.t('Leave out characters that cannot be seen.');
    case 'taken':
      return fault.by === name
        ? l10n.t('There is a class "{0}" already.', isolated(name))
        : l10n.t(
            '"{0}" differs from the class "{1}" in upper and lower case alone.',
            isolated(name),
            isolated(fault.by),
          );
  }
}

/** Names with commas between them, each once. */
export const classNamesIn = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map(cleanClassName)
      .filter((name) => name !== ''),
  ),
];

/** What is wrong with names typed with commas between them, beside the classes there are. */
export function classNamesProblem(text: string, others: readonly string[]): string | undefined {
  const names = classNamesIn(text);
  for (const [i, name] of names.entries()) {
    const problem = classNameProblem(name, [...others, ...names.slice(0, i)]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
