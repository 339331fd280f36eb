import {
  type ClassNameFault,
  classNameFault,
  cleanClassName,
  isSameClassName,
  MAX_CLASS_NAME,
} from '../../shared/classNames';
import { usageError } from '../errors';

/** A name for a class beside these others, cleaned; a usage error where it can't be one. */
export function newClassName(name: string, others: readonly string[]): string {
  const cleaned = cleanClassName(name);
  const fault = classNameFault(cleaned, others);
  if (fault) throw usageError(faultSentence(cleaned, fault));
  return cleaned;
}

/** Class names in the order that a person gave them; one that stands twice counts once. */
export function givenClasses(names: readonly string[]): string[] {
  const classes: string[] = [];
  for (const name of names) {
    const cleaned = cleanClassName(name);
    if (!classes.includes(cleaned)) classes.push(newClassName(cleaned, classes));
  }
  return classes;
}

/** The class that a file of other making means by a name: as it is written, else whatever its case; undefined for none. */
export function classNamed(name: string, classes: readonly string[]): string | undefined {
  if (classes.includes(name)) return name;
  const cleaned = cleanClassName(name);
  const alike = classes.filter((one) => isSameClassName(one, cleaned));
  return classes.find((one) => cleanClassName(one) === cleaned) ?? (alike.length === 1 ? alike[0] : undefined);
}

function faultSentence(name: string, fault: ClassNameFault): string {
  switch (fault.kind) {
    case 'empty':
      return 'A class has to have a name; give at least one letter.';
    case 'long':
      return `"${[...name].slice(0, 20).join('')}…" is too long for a class; use at most ${MAX_CLASS_NAME} characters.`;
    case 'control':
      return `${JSON.stringify(name)} can't name a class; leave out line ends and other characters that can't be seen.`;
    case 'taken':
      return fault.by === name
        ? `There is a class "${name}" already; give another name.`
        : `"${name}" differs from the class "${fault.by}" in upper and lower case alone; give another name.`;
  }
}
