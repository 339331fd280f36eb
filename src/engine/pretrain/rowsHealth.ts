import { breathe, type Job } from '../job';
import { type Network, outputOf, type Parameters } from '../network/network';
import { evenlySpread } from '../numeric/evenlySpread';
import { matrix, unitRows } from '../numeric/matrix';
import type { DevicePair } from '../runtime/devicePair';
import { contrastiveHealth, effectiveRank, type Health } from './health';
import type { KeptViews } from './keptViews';

/** Images that are looked at, evenly spread: neighbours may be of one class. */
const MOST_IMAGES = 400;
/** Views that are scored between two looks at the cancel signal. */
const CHUNK = 32;

/** Label-free figures of an encoder's own rows, on two views of some images. */
export async function rowsHealth(
  kept: KeptViews,
  network: Network,
  parameters: Parameters,
  devices: DevicePair,
  job: Job,
): Promise<Health & { readonly effectiveRank: number }> {
  const some = evenlySpread(kept.images, MOST_IMAGES);
  const images = some.length;
  const output = outputOf(network);
  const scorer = await devices.compileScorer(network, parameters, [output], job);
  const parts: Float32Array[] = [];
  const values = new Float32Array(CHUNK * kept.values);
  try {
    for (let from = 0; from < 2 * images; from += CHUNK) {
      const count = Math.min(CHUNK, 2 * images - from);
      for (let i = 0; i < count; i++)
        kept.read(some[(from + i) % images], Math.floor((from + i) / images), values, i * kept.values);
      const scored = await scorer.run(values.subarray(0, count * kept.values), count);
      parts.push(scored.get(output)!.slice());
      job.report({ stage: 'Measuring the rows', done: from + count, total: 2 * images, unit: 'views' });
      await breathe(job);
    }
  } finally {
    await scorer.dispose();
  }
  const columns = parts[0].length / Math.min(CHUNK, 2 * images);
  const data = new Float32Array(2 * images * columns);
  let at = 0;
  for (const part of parts) {
    data.set(part, at);
    at += part.length;
  }
  const rows = unitRows(matrix(2 * images, columns, data));
  const first = matrix(images, columns, rows.data.slice(0, images * columns));
  return { ...contrastiveHealth(rows.data, columns), effectiveRank: await effectiveRank(first) };
}
