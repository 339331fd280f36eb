import { stat } from 'node:fs/promises';

/** The stamp of a file that is not there. */
export const MISSING = 'missing';

/** A text that changes when a file is replaced or edited. */
export async function fileStamp(path: string): Promise<string> {
  const info = await stat(path, { bigint: true }).catch(() => null);
  return info ? `${info.ino}-${info.size}-${info.mtimeNs}-${info.ctimeNs}` : MISSING;
}
