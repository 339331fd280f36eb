import { type ImageMaps, imageMapsOf, roomForMaps } from '../encoders/continued/imageMaps';
import { tails } from '../encoders/continued/tails';
import type { MappedDataset } from '../encoders/continued/viewMaps';
import { breathe, type Job } from '../job';
import { activationShapes } from '../network/definitions';
import { outputOf } from '../network/network';
import { type Matrix, matrix } from '../numeric/matrix';
import { defaultDevices } from '../runtime/device/choose';
import type { Scorer } from '../runtime/runtime';
import type { BlocksEncoder } from './encoder';
import { halvesAveraged } from './extract';

/** Images that are scored between two looks at the cancel signal. */
const CHUNK = 16;

/** Images whose maps are on the disk at a time where there is no room for all. */
const TURN = 2_048;

/** The image as it is and, where an encoder looks at it too, its mirrored view. */
export const plainViews = (mirrored: boolean) => ({ seed: 0, count: mirrored ? 2 : 1, how: 'plain' }) as const;

/**
 * Rows of images under trained blocks, [indices × d]. The maps of the layer before the blocks are kept where there is room:
 * what another training makes of the same images then costs a quarter of looking at them anew.
 */
export async function blockRows(
  dataset: MappedDataset,
  encoder: BlocksEncoder,
  indices: Int32Array,
  job: Job,
): Promise<Matrix<Float32Array>> {
  const { base, blocks, mirrored } = encoder;
  const { network } = tails[base];
  const output = outputOf(network);
  const [columns] = activationShapes(network).get(output)!;
  const rows = matrix(indices.length, columns, new Float32Array(indices.length * columns));
  const views = plainViews(mirrored);
  const fits = indices.length <= roomForMaps(base, views.count);
  const turn = fits ? indices.length : TURN;
  const devices = await defaultDevices(network);
  const scorer = await devices.compileScorer(network, blocks, [output], job);
  try {
    for (let from = 0; from < indices.length; from += turn) {
      const some = indices.subarray(from, from + turn);
      const maps = await imageMapsOf(dataset, base, { indices: some, views }, job);
      const target = { data: rows.data.subarray(from * columns), columns, before: from, total: indices.length };
      await scoreMaps(maps, some, { scorer, output, mirrored }, target, job);
      if (!fits) await maps.remove(some);
    }
  } finally {
    await scorer.dispose();
  }
  return rows;
}

interface Scoring {
  readonly scorer: Scorer;
  readonly output: string;
  readonly mirrored: boolean;
}

/** Where rows go, and how many images were scored before, of all. */
interface Target {
  readonly data: Float32Array;
  readonly columns: number;
  readonly before: number;
  readonly total: number;
}

async function scoreMaps(
  maps: ImageMaps,
  indices: Int32Array,
  { scorer, output, mirrored }: Scoring,
  { data, columns, before, total }: Target,
  job: Job,
): Promise<void> {
  const { views, values } = maps;
  const ofImage = new Float32Array(views * values);
  const inputs = new Float32Array(CHUNK * views * values);
  for (let from = 0; from < indices.length; from += CHUNK) {
    const some = indices.subarray(from, from + CHUNK);
    for (const [i, index] of some.entries()) {
      await maps.read(index, ofImage, 0);
      // all first views, then all second ones
      for (let v = 0; v < views; v++)
        inputs.set(ofImage.subarray(v * values, (v + 1) * values), (v * some.length + i) * values);
    }
    const count = views * some.length;
    const found = (await scorer.run(inputs.subarray(0, count * values), count)).get(output)!;
    data.set(mirrored ? halvesAveraged(found) : found, from * columns);
    const done = before + from + some.length;
    job.report({ stage: 'Extracting features', done, total, unit: 'images' });
    await breathe(job);
  }
}
