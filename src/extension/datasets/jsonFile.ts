import { stat } from 'node:fs/promises';
import { l10n } from 'vscode';
import type * as z from 'zod';
import { versionOf } from '../../shared/workspace/fileVersion';
import { type Fault, type Parsed, parseFile } from '../../shared/workspace/problems';
import { type Refusal, RefusedFile } from '../../shared/workspace/regularFile';
import { readText } from '../door';
import { isolated } from '../text';
import type { FileProblem } from './datasetState';
import { faultSentence } from './faultSentence';

/** What became of reading a file: its content, or why it can't be used; `absent` when there is none. */
export type Read<T> =
  | { readonly kind: 'value'; readonly value: T; readonly written: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'problem'; readonly problem: FileProblem };

/** What is wrong with a file as an error or a notice of its own, where nothing beside it names the file. */
export const problemText = ({ file, message }: FileProblem): string => `${isolated(file)}: ${message}`;

/** A file's fault as a problem of the dataset. */
export const problemOf = (file: string, fault: Fault): FileProblem => ({ file, message: faultSentence(fault) });

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

  /** A file that a schema describes. */
  read<S extends z.ZodType>(path: string, schema: S): Promise<Read<z.output<S>>> {
    return this.readWith(path, (text) => parseFile(text, schema));
  }

  /** A file that says more than a schema can check. The same path has always to be read with the same kind of `parse`. */
  async readWith<T>(path: string, parse: (text: string) => Parsed<T> | Promise<Parsed<T>>): Promise<Read<T>> {
    const info = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => error);
    if (info instanceof Error) {
      this.remembered.delete(path);
      return unreadable(path, info);
    }
    const version = versionOf(info);
    const known = this.remembered.get(path);
    if (known?.version === version) return known.read as Read<T>;
    const read = await readNow(path, Number(info.mtimeMs), parse);
    if (read.kind !== 'absent') this.remembered.set(path, { version, read });
    return read;
  }
}

async function readNow<T>(
  path: string,
  written: number,
  parse: (text: string) => Parsed<T> | Promise<Parsed<T>>,
): Promise<Read<T>> {
  let text: string;
  try {
    text = await readText(path, 'json');
  } catch (error) {
    return unreadable(path, error as NodeJS.ErrnoException);
  }
  const { value, fault } = await parse(text);
  return fault ? { kind: 'problem', problem: problemOf(path, fault) } : { kind: 'value', value: value as T, written };
}

/** Why a file or folder could not be read. */
export function unreadable(
  path: string,
  error: NodeJS.ErrnoException,
): Extract<Read<never>, { kind: 'absent' | 'problem' }> {
  const { code, message } = error;
  if (code === 'ENOENT') return { kind: 'absent' };
  const sentence =
    error instanceof RefusedFile
      ? refusals[error.refusal]()
      : l10n.t('It cannot be read ({0}); allow reading it.', code ?? message);
  return { kind: 'problem', problem: { file: path, message: sentence } };
}

/** Why the door does not let a file in. */
const refusals: Readonly<Record<Refusal, () => string>> = {
  folder: () => l10n.t('It is a folder, not a file; move it away.'),
  special: () => l10n.t('It is a pipe, a socket or a device, not a file; remove it.'),
  large: () => l10n.t('It is larger than such a file can be; restore it from version control.'),
};
