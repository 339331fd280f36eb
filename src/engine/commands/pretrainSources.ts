import { basename, dirname, resolve } from 'node:path';
import type { EncoderFile, OtherImages } from '../../shared/schema/encoder';
import { datasetsOf, placeIn, places } from '../../shared/workspace/paths';
import { findDataset } from '../data/dataset/folder';
import { rebuildCache } from '../data/dataset/import';
import { openDataset } from '../data/dataset/open';
import type { Dataset } from '../data/dataset/type';
import { inputOf, type PixelStore } from '../data/images';
import { joinTraining } from '../data/joined';
import { sha256Of } from '../encoders/external/files';
import { inputError, usageError } from '../errors';
import { type PretrainedEncoder, readEncoder, readEncoderAt } from '../features/encoderFile';
import type { Job } from '../job';

/** What else than a dataset's own images an encoder may come from, as a command is told. */
export interface SourceOptions {
  /** A dataset, or the path of an encoder.safetensors: the encoder to start from. */
  readonly from?: string;
  /** Use that encoder without further training. */
  readonly asItIs?: boolean;
  /** Other datasets whose training images are learned from too. */
  readonly with?: readonly string[];
}

/** The same, found and opened. */
export interface Sources {
  readonly start: (PretrainedEncoder & { readonly name: string; readonly weights: string }) | null;
  readonly pixels: PixelStore;
  /** Of all images that are learned from. */
  readonly indices: Int32Array;
  /** What `encoder.json` says of it. */
  readonly provenance: Pick<EncoderFile, 'from' | 'others'>;
}

export function checkSources({ from, asItIs = false, with: others = [] }: SourceOptions, hasLength: boolean): void {
  if (!asItIs) return;
  if (from === undefined) throw usageError('--as-it-is uses the encoder of another dataset; name it with --from.');
  if (hasLength || others.length > 0)
    throw usageError('--as-it-is trains nothing; leave out --minutes, --epochs and --with, or leave out --as-it-is.');
}

/** Opens what a dataset's encoder comes from, for the time of `work`. */
export async function withSources<T>(
  dataset: Dataset,
  { workspace, ...options }: SourceOptions & { readonly workspace: string },
  job: Job,
  work: (sources: Sources) => Promise<T>,
): Promise<T> {
  const start = options.from === undefined ? null : await startOf(dataset, workspace, options.from);
  const others: Dataset[] = [];
  try {
    for (const name of new Set(options.with))
      if (name !== dataset.name) others.push(await openDataset(workspace, name, job, rebuildCache));
    for (const other of others) checkShape(dataset, inputOf(other.pixels), `Dataset ${other.name} has images`);
    const { pixels, indices, added } = joinTraining(dataset, others);
    const seen = others.map(({ name, file }, i) => ({ name, dataset: file.digest, images: added[i] }));
    return await work({ start, pixels, indices, provenance: provenanceOf(dataset, start, seen) });
  } finally {
    for (const other of others) other.close();
  }
}

async function startOf(dataset: Dataset, workspace: string, from: string): Promise<Sources['start']> {
  const isFile = from.endsWith('.safetensors');
  const directory = isFile ? null : await findDataset(workspace, from);
  const path = directory === null ? resolve(from) : placeIn(directory, places.encoderWeights);
  const encoder = directory === null ? await readEncoderAt(path) : await readEncoder(directory);
  if (!encoder) throw inputError(`Dataset ${from} has no pre-trained encoder; run pretrain ${from} first.`);
  const name = isFile ? nameOf(path) : from;
  checkShape(dataset, encoder.info.input, `The encoder of ${name} learnt from images`);
  return { ...encoder, name, weights: await sha256Of(path) };
}

/** The dataset that a file lies in, or else the file's folder and name. */
const nameOf = (path: string): string =>
  datasetsOf(path).at(-1)?.ref.name ?? `${basename(dirname(path))}/${basename(path)}`;

type Shape = readonly [channels: number, height: number, width: number];

function checkShape({ name, pixels }: Dataset, shape: Shape, whose: string): void {
  const own = inputOf(pixels);
  if (String(own) === String(shape)) return;
  const describe = ([channels, height, width]: Shape) =>
    `${width} × ${height} pixels in ${channels === 1 ? 'grey' : 'colour'}`;
  throw inputError(
    `${whose} of ${describe(shape)}, and dataset ${name} has ${describe(own)}; import one of them again with --image-size and --channels of the other, under another --name.`,
  );
}

function provenanceOf(
  { file }: Dataset,
  start: Sources['start'],
  beside: readonly OtherImages[],
): Sources['provenance'] {
  const before = start
    ? [...(start.info.others ?? []), { name: start.name, dataset: start.info.dataset, images: start.info.images }]
    : [];
  const others = new Map<string, OtherImages>();
  for (const one of [...before, ...beside])
    if (one.images > 0 && one.dataset !== file.digest && !others.has(one.dataset)) others.set(one.dataset, one);
  return {
    ...(start ? { from: { name: start.name, weights: start.weights } } : {}),
    ...(others.size > 0 ? { others: [...others.values()] } : {}),
  };
}
