import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addLabels, removeLabels } from '../../../src/engine/rounds/labelFiles';
import type { EngineClient } from '../../../src/extension/engine/engineClient';
import { sampleFace } from '../../../src/sample/parameters';
import { renderFace } from '../../../src/sample/render';
import type { EngineRequests } from '../../../src/shared/protocol/engine';
import type { LabelEntry } from '../../../src/shared/schema/labels';

const DIGEST = '0'.repeat(64);

export interface BatchRequest {
  readonly classes: readonly string[];
  readonly images: readonly string[];
  /** Different pictures to draw; the images take turns. */
  readonly pictures?: number;
  readonly size?: number;
  readonly layout?: 'folders' | 'fer2013';
}

/** A dataset with one round on the disk, and the engine's own label files behind a client of the test. */
export interface Batch {
  readonly workspace: string;
  readonly directory: string;
  readonly engine: EngineClient;
  /** Requests so far. */
  readonly requests: { readonly method: string; readonly params: unknown }[];
  /** Throws instead of saving while set. */
  failWith: string | null;
  suggestions: readonly { image: string; label: string; probability: number }[];
  labels(annotator: string): Promise<Record<string, LabelEntry>>;
  remove(): Promise<void>;
}

export async function makeBatch(request: BatchRequest): Promise<Batch> {
  const { images, pictures = 8, size = 48, layout = 'folders' } = request;
  const classes = [...request.classes].sort();
  const workspace = await mkdtemp(join(tmpdir(), 'warmstart-page-'));
  const directory = join(workspace, 'warmstart', 'faces');
  await mkdir(join(directory, 'rounds'), { recursive: true });
  const drawn = await Promise.all(
    Array.from({ length: Math.min(pictures, images.length) }, (_, i) =>
      renderFace(sampleFace(7, i), { size, colour: false }),
    ),
  );
  for (const [i, image] of images.entries()) {
    const path = join(workspace, 'images', ...image.split('/'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, drawn[i % drawn.length]);
  }
  await writeFile(
    join(directory, 'dataset.json'),
    JSON.stringify({
      schema: 1,
      name: 'faces',
      layout,
      root: layout === 'folders' ? '../../images' : '../../fer2013.csv',
      classes,
      image: { channels: 1, height: size, width: size },
      split: { train: Math.max(2870, images.length), test: 700 },
      digest: DIGEST,
      labelDigest: DIGEST,
      normalisation: { mean: [0.5], std: [0.25] },
      broken: [],
      duplicates: { groups: 0, copies: 0, leaks: 0, conflicts: 0 },
      createdBy: '0.1.0',
    }),
  );
  await writeFile(
    join(directory, 'rounds', '0001.json'),
    JSON.stringify({
      schema: 1,
      round: 1,
      strategy: 'maxHerding',
      options: {},
      seed: 0,
      budget: images.length,
      dataset: { name: 'faces', digest: DIGEST },
      encoder: { pretrained: true, digest: DIGEST },
      model: null,
      labelled: 0,
      pool: 2870,
      picks: images.map((image, i) => ({
        image,
        score: Number((0.8 / (i + 1)).toFixed(4)),
        reason: i % 3 === 2 ? 'unlike all images chosen before' : `most like ${311 - (i % 300)} images of the pool`,
      })),
    }),
  );
  const known = new Set(images);
  const dataset = { name: 'faces', directory, file: { classes } as never, has: (id: string) => known.has(id) };
  const requests: { method: string; params: unknown }[] = [];
  const batch: Batch = {
    workspace,
    directory,
    requests,
    failWith: null,
    suggestions: [],
    async labels(annotator) {
      const text = await readFile(join(directory, 'labels', `${annotator}.json`), 'utf8').catch(() => '{"labels":{}}');
      return (JSON.parse(text) as { labels: Record<string, LabelEntry> }).labels;
    },
    // a press may still be on its way to the disk when a test ends
    remove: () => rm(workspace, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
    engine: {
      warmUp: () => undefined,
      async request(method, params) {
        requests.push({ method, params });
        if (batch.failWith !== null) throw new Error(batch.failWith);
        if (method === 'labels/add') {
          const { annotator, additions, overwrite, exact = false } = params as EngineRequests['labels/add']['params'];
          const entries = new Map(additions.map(({ image, entry }) => [image, entry]));
          return (await addLabels(dataset, annotator, entries, { overwrite, exact })) as never;
        }
        if (method === 'labels/remove') {
          const { annotator, images: of } = params as EngineRequests['labels/remove']['params'];
          return { removed: await removeLabels(dataset, annotator, of) } as never;
        }
        if (method === 'images/files') {
          const { images: of } = params as EngineRequests['images/files']['params'];
          return { files: of.map((image) => join(workspace, 'images', image)) } as never;
        }
        throw new Error(`unexpected request ${method}`);
      },
      async run(method) {
        if (method !== 'suggest') throw new Error(`unexpected job ${method}`);
        return { suggestions: batch.suggestions } as never;
      },
    },
  };
  return batch;
}
