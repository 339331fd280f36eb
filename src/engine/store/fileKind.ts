/** What a file is by its first bytes, and how what is in it comes out; for files that are not what was asked for. */
export interface FileKind {
  readonly what: string;
  /** Null: it has to be saved in another way. */
  readonly remedy: string | null;
}

const kinds: readonly (FileKind & { readonly begin: string })[] = [
  { begin: 'PK\x03\x04', what: 'an archive (ZIP, .npz, .xlsx)', remedy: null },
  { begin: '\xd0\xcf\x11\xe0', what: 'a workbook of an old Excel', remedy: null },
  { begin: '\x1f\x8b', what: 'packed with gzip', remedy: 'unpack it' },
  { begin: 'PAR1', what: 'a Parquet file', remedy: null },
  { begin: '\x89HDF', what: 'an HDF5 file', remedy: null },
  { begin: 'MATLAB', what: 'a MATLAB file', remedy: null },
  { begin: '\x80', what: 'a Python pickle', remedy: null },
  {
    begin: 'version http',
    what: 'a pointer of Git LFS, not the file itself',
    remedy: 'fetch it with "git lfs pull"',
  },
];

/** Null where the bytes tell nothing, as those of a text. */
export function fileKindOf(bytes: Uint8Array): FileKind | null {
  const begin = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  return kinds.find((kind) => begin.startsWith(kind.begin)) ?? null;
}
