import { readFile, stat } from 'node:fs/promises';
import { l10n } from 'vscode';
import type * as z from 'zod';
import { firstIssue } from '../../shared/schema/issue';
import { hasMergeMarks } from '../../shared/schema/labels';
import { versionOf } from '../fileVersion';
import { isolated } from '../text';
import type { FileProblem } from './datasetState';

/** What became of reading a file: its content, or why it can't be used; `absent` when there is none. */
export type Read<T> =
  | { readonly kind: 'value'; readonly value: T; readonly written: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'problem'; readonly problem: FileProblem };

/** The file is wrong in a way that its reader found out; the message is a sentence without the file's name. */
export class UnusableFile extends Error {}

/** What is wrong with a file as an error or a notice of its own, where nothing beside it names the file. */
export const problemText = ({ file, message }: FileProblem): string => `${isolated(file)}: ${message}`;

interface Remembered {
  readonly version: string;
  readonly read: Read<unknown>;
}

/**
 * Reads JSON files of ours, each only once while it stays as it is on disk: saving a label makes the state of the
 * dataset be read again, and that must not cost the parsing of everything else.
 */
export class JsonFiles {
  private readonly remembered = new Map<string, Remembered>();

  /** `check` looks at the text before it is parsed, and throws `UnusableFile` when it finds something. */
  async read<S extends z.ZodType>(path: string, schema: S, check: (text: string) => void = () => {}) {
    const info = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => error);
    if (info instanceof Error) {
      this.remembered.delete(path);
      return readingFailed(path, info);
    }
    const version = versionOf(info);
    const known = this.remembered.get(path);
    if (known?.version === version) return known.read as Read<z.output<S>>;
    const read = await parseFile(path, Number(info.mtimeMs), schema, check);
    if (read.kind !== 'absent') this.remembered.set(path, { version, read });
    return read;
  }
}

const ABSENT = { kind: 'absent' } as const;

async function parseFile<S extends z.ZodType>(
  path: string,
  written: number,
  schema: S,
  check: (text: string) => void,
): Promise<Read<z.output<S>>> {
  try {
    const text = await readFile(path, 'utf8');
    return { kind: 'value', value: parseText(text, schema, check), written };
  } catch (error) {
    return readingFailed(path, error);
  }
}

/** Why a file could not be read and parsed, from what that threw. */
export function readingFailed(path: string, error: unknown): Extract<Read<never>, { kind: 'absent' | 'problem' }> {
  if (error instanceof UnusableFile) return problem(path, error.message);
  const failure = error as NodeJS.ErrnoException;
  return failure.code === 'ENOENT' ? ABSENT : problem(path, unreadable(failure));
}

/** Parses and checks the text of a file of ours. Throws UnusableFile with the first thing that is wrong. */
export function parseText<S extends z.ZodType>(text: string, schema: S, check: (text: string) => void): z.output<S> {
  if (hasMergeMarks(text))
    throw new UnusableFile(
      l10n.t('It holds the marks of an unfinished merge; keep the lines of both sides and remove the marks.'),
    );
  check(text);
  if (text.trim() === '') throw new UnusableFile(l10n.t('It is empty; restore it from version control.'));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnusableFile(
      l10n.t('It is not valid JSON ({0}); correct it, or restore it from version control.', (error as Error).message),
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { place, expected } = firstIssue(parsed.error);
  throw new UnusableFile(
    place === null
      ? l10n.t('It is damaged: {0}; correct it, or restore it from version control.', expected)
      : l10n.t(
          'It is damaged at "{0}": {1}; correct it, or restore it from version control.',
          isolated(place),
          expected,
        ),
  );
}

const problem = (file: string, message: string) => ({ kind: 'problem', problem: { file, message } }) as const;

const unreadable = (error: NodeJS.ErrnoException) =>
  l10n.t('It cannot be read ({0}); allow reading it.', error.code ?? error.message);
