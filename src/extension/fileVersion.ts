import { stat } from 'node:fs/promises';

/** A text that changes when a file is replaced or edited; null when there is none. */
export async function fileVersion(path: string): Promise<string | null> {
  const info = await stat(path, { bigint: true }).catch(() => null);
  return info && `${info.ino}:${info.size}:${info.mtimeNs}:${info.ctimeNs}`;
}
