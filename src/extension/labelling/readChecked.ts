import { readFile } from 'node:fs/promises';
import { l10n } from 'vscode';
import type * as z from 'zod';

/** A file of ours that can't be read as what it should be; the message is one sentence for people. */
export class FileDamaged extends Error {
  override readonly name = 'FileDamaged';
}

/** The text of a file; null when there is none. Throws FileDamaged when it can't be read. */
export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new FileDamaged(l10n.t('{0} can not be read ({1}); allow reading it.', path, code ?? message));
  }
}

/** Parses and checks the text of a file; throws FileDamaged, naming the file, the place in it and what was expected. */
export function parseChecked<S extends z.ZodType>(path: string, text: string, schema: S): z.output<S> {
  if (/^(<{7}|>{7}|={7})( |$)/m.test(text))
    throw new FileDamaged(
      l10n.t('{0} holds the marks of an unfinished merge; keep the lines of both sides and remove the marks.', path),
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FileDamaged(
      l10n.t('{0} is not valid JSON ({1}); correct it, or restore it from version control.', path, String(error)),
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue.path.map(String).join(' > ');
  throw new FileDamaged(
    l10n.t(
      '{0} is damaged at "{1}" ({2}); correct it, or restore it from version control.',
      path,
      place,
      issue.message.replace(/\.$/, ''),
    ),
  );
}
