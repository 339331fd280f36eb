import { stat } from 'node:fs/promises';

/** A text that changes when a file is replaced or edited; always the same while there is none. */
export async function fileStamp(path: string): Promise<string> {
  const info = await stat(path, { bigint: true }).catch(() => null);
  return info ? `${info.ino}-${info.size}-${info.mtimeNs}-${info.ctimeNs}` : 'none';
}
