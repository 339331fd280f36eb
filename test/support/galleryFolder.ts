import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addLabels, removeLabels } from '../../src/engine/rounds/labelFiles';
import type { EngineClient } from '../../src/extension/engine/engineClient';
import { sampleFace } from '../../src/sample/parameters';
import { renderFace } from '../../src/sample/render';
import type { EngineJobs, EngineRequests } from '../../src/shared/protocol/engine';
import type { LabelEntry } from '../../src/shared/schema/labels';
import { datasetFile } from './datasetFiles';
import { labelsOnDisk } from './labelsOnDisk';

export interface GalleryRequest {
  readonly classes: readonly string[];
  readonly images: readonly string[];
  /** Numbers of test images. */
  readonly test?: readonly number[];
  /** Different pictures to draw; the images take turns. */
  readonly pictures?: number;
  /** Whether each image has a file of its own; else all share the drawn ones. */
  readonly hasFiles?: boolean;
}

/** A dataset on the disk, and the engine's own label files behind a client of the test. */
export interface GalleryFolder {
  readonly workspace: string;
  readonly directory: string;
  readonly engine: EngineClient;
  /** Requests and jobs so far. */
  readonly requests: { readonly method: string; readonly params: unknown }[];
  /** Throws instead of saving while set. */
  failWith: string | null;
  /** The sentence that jobs fail with while set. */
  failJobs: string | null;
  predictions: EngineJobs['predictions']['result'] | null;
  suspicions: EngineJobs['suspicions']['result'] | null;
  /** Of which images groups of near duplicates are, by number. */
  duplicates: readonly (readonly number[])[];
  /** Writes a file of results, as a training does. */
  trained(round?: number): Promise<void>;
  labels(annotator: string): Promise<Record<string, LabelEntry>>;
  label(annotator: string, answers: Readonly<Record<string, LabelEntry>>): Promise<void>;
  remove(): Promise<void>;
}

const SIZE = 48;
export const DIGEST = 'a'.repeat(64);

export async function makeGallery({
  images,
  test = [],
  pictures = 6,
  hasFiles = true,
  ...request
}: GalleryRequest): Promise<GalleryFolder> {
  const classes = [...request.classes].sort();
  const workspace = await mkdtemp(join(tmpdir(), 'warmstart-gallery-'));
  const directory = join(workspace, 'warmstart', 'faces');
  for (const folder of ['labels', 'results']) await mkdir(join(directory, folder), { recursive: true });
  const drawn = await Promise.all(
    Array.from({ length: pictures }, (_, i) => renderFace(sampleFace(7, i), { size: SIZE, colour: false })),
  );
  const pathOf = (id: string, i: number) =>
    join(workspace, 'images', ...(hasFiles ? id.split('/') : [`${i % pictures}.png`]));
  for (const [i, id] of images.slice(0, hasFiles ? images.length : pictures).entries()) {
    await mkdir(dirname(pathOf(id, i)), { recursive: true });
    await writeFile(pathOf(id, i), drawn[i % pictures]);
  }
  const file = datasetFile({
    classes,
    root: '../../images',
    digest: DIGEST,
    image: { channels: 1, height: SIZE, width: SIZE },
    split: { train: images.length - test.length, test: test.length },
  });
  await writeFile(join(directory, 'dataset.json'), JSON.stringify(file));
  const numbers = new Map(images.map((id, i) => [id, i]));
  const dataset = { name: 'faces', directory, file, has: (id: string) => numbers.has(id) };
  const add = (annotator: string, entries: ReadonlyMap<string, LabelEntry>, overwrite: boolean, exact: boolean) =>
    addLabels(dataset, annotator, entries, { overwrite, exact });
  const thumbnail = (id: string) => {
    const path = pathOf(id, numbers.get(id)!);
    return existsSync(path) ? path : null;
  };
  const answers: { [M in keyof EngineRequests]?: (params: EngineRequests[M]['params']) => unknown } = {
    'labels/add': ({ annotator, additions, overwrite, exact = false }) => {
      if (folder.failWith !== null) throw new Error(folder.failWith);
      return add(annotator, new Map(additions.map(({ image, entry }) => [image, entry])), overwrite, exact);
    },
    'labels/remove': async ({ annotator, images: of }) => ({ removed: await removeLabels(dataset, annotator, of) }),
    'images/list': () => ({ digest: DIGEST, images, test }),
    'images/thumbnails': ({ images: of }) => ({ files: of.map(thumbnail) }),
  };
  const requests: { method: string; params: unknown }[] = [];
  /** Images are the less alike the farther apart they stand in the list; the model sees the very picture. */
  const resultOf = (method: string, { image = '' }: { image?: string }): unknown => {
    const at = numbers.get(image) ?? 0;
    if (method === 'predictions') return folder.predictions;
    if (method === 'suspicions') return folder.suspicions;
    if (method === 'nearDuplicates') return { digest: DIGEST, groups: folder.duplicates, atLeast: 0.9 };
    if (method === 'similar') return { digest: DIGEST, likeness: images.map((_, i) => 1 - Math.abs(i - at) / 1000) };
    if (method === 'seen') return { pictures: [{ path: pathOf(image, at), by: ['faces'], width: SIZE, height: SIZE }] };
    return null;
  };
  const folder: GalleryFolder = {
    workspace,
    directory,
    requests,
    failWith: null,
    failJobs: null,
    predictions: null,
    suspicions: null,
    duplicates: [],
    trained: (round = 1) =>
      writeFile(join(directory, 'results', `${String(round).padStart(4, '0')}.json`), `{"round": ${round}}`),
    labels: (annotator) => labelsOnDisk(directory, annotator),
    label: async (annotator, given) => void (await add(annotator, new Map(Object.entries(given)), true, true)),
    // a press may still be on its way to the disk when a test ends
    remove: () => rm(workspace, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
    engine: {
      warmUp: () => undefined,
      async request(method, params) {
        requests.push({ method, params });
        const answer = answers[method] as ((of: unknown) => unknown) | undefined;
        if (!answer) throw new Error(`unexpected request ${method}`);
        return (await answer(params)) as never;
      },
      async run(method, params) {
        requests.push({ method, params });
        if (folder.failJobs !== null) throw new Error(folder.failJobs);
        const result = resultOf(method, params as { image?: string });
        if (!result) throw new Error(`Nothing to answer ${method} with; train first.`);
        return result as never;
      },
    },
  };
  return folder;
}
