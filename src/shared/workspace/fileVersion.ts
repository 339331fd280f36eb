/** What tells one state of a file from another: as `stat` with `bigint` gives it. */
interface FileTimes {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** A text that changes when a file is replaced or edited. */
export const versionOf = ({ ino, size, mtimeNs, ctimeNs }: FileTimes): string => `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
