import type { ResultsFile } from './schema/results';

/** The classes that results speak of, in the order of the metrics' arrays. Class lists were sorted by code units before results held them. */
export const resultClasses = ({ classes, perClass }: Pick<ResultsFile, 'classes' | 'perClass'>): readonly string[] =>
  classes ?? Object.keys(perClass).sort((a, b) => (a < b ? -1 : 1));

/** Whether the results were measured on these very classes in this order: only then indices mean the same. */
export function haveClasses(results: Pick<ResultsFile, 'classes' | 'perClass'>, classes: readonly string[]): boolean {
  const measured = resultClasses(results);
  return measured.length === classes.length && measured.every((name, i) => name === classes[i]);
}
