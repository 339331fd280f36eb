import { join } from 'node:path';
import { l10n, Uri, window, workspace } from 'vscode';
import type { ExportFormat } from '../../shared/protocol/charts';
import { isReservedName } from '../../shared/workspace/datasetName';
import { isolated } from '../text';

const filters = (format: ExportFormat): Readonly<Record<string, string[]>> =>
  ({
    svg: { [l10n.t('Vector picture')]: ['svg'] },
    png: { [l10n.t('Picture')]: ['png'] },
    csv: { [l10n.t('Comma-separated values')]: ['csv'] },
    md: { [l10n.t('Table in Markdown')]: ['md'] },
    tex: { [l10n.t('Table in LaTeX')]: ['tex'] },
  })[format];

/** A name that every file system takes. */
export function fileNameOf(text: string): string {
  const name = text
    .replace(/[^\p{L}\p{M}\p{N}_.-]+/gu, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 80);
  return name === '' || isReservedName(name) ? `chart${name && `-${name}`}` : name;
}

/** Asks where to, and writes. Null when that was cancelled. */
export async function saveExport(
  folder: string,
  { format, name, content }: { format: ExportFormat; name: string; content: string | Uint8Array },
): Promise<Uri | null> {
  const uri = await window.showSaveDialog({
    defaultUri: Uri.file(join(folder, `${fileNameOf(name)}.${format}`)),
    filters: filters(format),
    title: l10n.t('Export Chart'),
  });
  if (!uri) return null;
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
  try {
    await workspace.fs.writeFile(uri, bytes);
  } catch (error) {
    throw new Error(
      l10n.t(
        'The chart could not be saved as {0} ({1}); choose another place.',
        isolated(uri.fsPath),
        (error as Error).message,
      ),
    );
  }
  return uri;
}
