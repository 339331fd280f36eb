import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';

/** Throws unless there are classes to tell apart: a dataset may begin without any. */
export function requireClasses({ name, file: { classes } }: Pick<Dataset, 'name' | 'file'>): void {
  if (classes.length >= 2) return;
  const [only] = classes;
  const there = only === undefined ? 'no classes yet' : `only the class "${only}"`;
  throw inputError(
    `Dataset ${name} has ${there}, and at least two are needed to tell images apart; add what is missing ("class add ${name} <name>"; in the editor Add Class).`,
  );
}
