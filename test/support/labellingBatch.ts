import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readDatasetFile } from '../../src/engine/data/dataset/folder';
import { addLabels, removeLabels } from '../../src/engine/rounds/labelFiles';
import { secondAnswersOf } from '../../src/engine/rounds/repeats';
import type { EngineClient } from '../../src/extension/engine/engineClient';
import { sampleFace } from '../../src/sample/parameters';
import { renderFace } from '../../src/sample/render';
import type { EngineRequests } from '../../src/shared/protocol/engine';
import type { LabelEntry } from '../../src/shared/schema/labels';
import type { RoundFile } from '../../src/shared/schema/round';
import { datasetFile, roundOf } from './datasetFiles';
import { labelsOnDisk } from './labelsOnDisk';

export interface BatchRequest {
  readonly classes: readonly string[];
  readonly images: readonly string[];
  /** Images of the dataset that the round does not ask for. */
  readonly besides?: readonly string[];
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
  const file = datasetFile({
    layout,
    root: layout === 'folders' ? '../../images' : '../../fer2013.csv',
    classes,
    image: { channels: 1, height: size, width: size },
    split: { train: Math.max(2870, images.length), test: 700 },
  });
  await writeFile(join(directory, 'dataset.json'), JSON.stringify(file));
  const round: RoundFile = {
    ...roundOf(1, images),
    pool: 2870,
    picks: images.map((image, i) => ({
      image,
      score: Number((0.8 / (i + 1)).toFixed(4)),
      reason: i % 3 === 2 ? 'unlike all images chosen before' : `most like ${311 - (i % 300)} images of the pool`,
    })),
  };
  await writeFile(join(directory, 'rounds', '0001.json'), JSON.stringify(round));
  const known = new Set([...images, ...(request.besides ?? [])]);
  // as the engine does: classes may have become others
  const dataset = async () => ({
    name: 'faces',
    directory,
    file: await readDatasetFile(directory),
    has: (id: string) => known.has(id),
  });
  const requests: { method: string; params: unknown }[] = [];
  const batch: Batch = {
    workspace,
    directory,
    requests,
    failWith: null,
    suggestions: [],
    labels: (annotator) => labelsOnDisk(directory, annotator),
    // a press may still be on its way to the disk when a test ends
    remove: () => rm(workspace, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
    engine: {
      warmUp: () => undefined,
      async request(method, params) {
        requests.push({ method, params });
        if (batch.failWith !== null) throw new Error(batch.failWith);
        if (method === 'labels/add') {
          const wish = params as EngineRequests['labels/add']['params'];
          const { annotator, additions, overwrite, exact = false, again } = wish;
          const entries = new Map(additions.map(({ image, entry }) => [image, entry]));
          const place = again ? secondAnswersOf(await dataset()) : await dataset();
          return (await addLabels(place, annotator, entries, { overwrite, exact })) as never;
        }
        if (method === 'labels/remove') {
          const { annotator, images: of, again } = params as EngineRequests['labels/remove']['params'];
          const place = again ? secondAnswersOf(await dataset()) : await dataset();
          return { removed: await removeLabels(place, annotator, of) } as never;
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
