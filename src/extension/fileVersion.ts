import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** A text that changes when a file is replaced or edited. */
export const versionOf = ({ ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  `${ino}:${size}:${mtimeNs}:${ctimeNs}`;

/** The same for what is at a path now; null when there is nothing. */
export async function fileVersion(path: string): Promise<string | null> {
  const info = await stat(path, { bigint: true }).catch(() => null);
  return info && versionOf(info);
}
