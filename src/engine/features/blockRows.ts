import { imageMapsOf } from '../encoders/continued/imageMaps';
import { tails } from '../encoders/continued/tails';
import type { MappedDataset } from '../encoders/continued/viewMaps';
import { breathe, type Job } from '../job';
import { outputOf } from '../network/network';
import { type Matrix, matrix } from '../numeric/matrix';
import { defaultDevices } from '../runtime/device/choose';
import type { BlocksEncoder } from './encoder';
import { halvesAveraged } from './extract';

/** Images that are scored between two looks at the cancel signal. */
const CHUNK = 16;

/** The image as it is and, where an encoder looks at it too, its mirrored view. */
export const plainViews = (mirrored: boolean) => ({ seed: 0, count: mirrored ? 2 : 1, how: 'plain' }) as const;

/**
 * Rows of images under trained blocks, [indices × d]. The maps of the layer before the blocks are kept: what another training
 * makes of the same images costs a quarter of looking at them anew.
 */
export async function blockRows(
  dataset: MappedDataset,
  { base, blocks, mirrored }: BlocksEncoder,
  indices: Int32Array,
  job: Job,
): Promise<Matrix<Float32Array>> {
  const maps = await imageMapsOf(dataset, base, { indices, views: plainViews(mirrored) }, job);
  const { network } = tails[base];
  const output = outputOf(network);
  const devices = await defaultDevices(network);
  const scorer = await devices.compileScorer(network, blocks, [output], job);
  const found: Float32Array[] = [];
  const { views, values } = maps;
  const of = new Float32Array(views * values);
  const inputs = new Float32Array(CHUNK * views * values);
  try {
    for (let from = 0; from < indices.length; from += CHUNK) {
      const some = indices.subarray(from, from + CHUNK);
      for (const [i, index] of some.entries()) {
        await maps.read(index, of, 0);
        // all first views, then all second ones
        for (let v = 0; v < views; v++)
          inputs.set(of.subarray(v * values, (v + 1) * values), (v * some.length + i) * values);
      }
      const count = views * some.length;
      const rows = (await scorer.run(inputs.subarray(0, count * values), count)).get(output)!;
      found.push(mirrored ? halvesAveraged(rows) : rows.slice());
      job.report({ stage: 'Extracting features', done: from + some.length, total: indices.length, unit: 'images' });
      await breathe(job);
    }
  } finally {
    await scorer.dispose();
  }
  const data = new Float32Array(found.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const rows of found) {
    data.set(rows, at);
    at += rows.length;
  }
  return matrix(indices.length, data.length / indices.length, data);
}
