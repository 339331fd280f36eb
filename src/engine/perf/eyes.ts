import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { median } from '../../shared/statistics';
import { builtInRecipe } from '../encoders/builtIn';
import { type EmbeddedDataset, embeddingsOf } from '../encoders/embedding/embed';
import { openNetwork } from '../encoders/network';
import { breathe, type Job, silentJob } from '../job';
import { Random } from '../numeric/random';
import { cpuProvider } from '../runtime/onnx/provider';
import { sha256 } from '../store/digest';

/** How fast the built-in encoder for faces looks at images. A mirrored image is a second view of the same. */
export interface EyesThroughput {
  readonly workload: 'eyes';
  readonly threads: number;
  readonly images: number;
  /** Views a second of the network alone, batches of 16 in one process: median. */
  readonly bare_views_per_second: number;
  /** Views a second from image files (48 × 48, PNG) to rows in the cache, by as many processes as people get. */
  readonly views_per_second: number;
  readonly ratio: number;
  /** Images a second of the same: what people wait for. */
  readonly images_per_second: number;
}

/** Of the network alone, as the PyTorch figure that it is compared with has it. */
const BATCH = 16;
const SIDE = 48;
const CLASSES = ['happy', 'sad'];

export async function measureEyes(threads: number, seconds: number, count: number, job: Job): Promise<EyesThroughput> {
  const bare = await bareRate(threads, seconds, job);
  const folder = await mkdtemp(join(tmpdir(), 'warmstart-perf-'));
  try {
    const dataset = await noisyFaces(folder, count);
    const recipe = builtInRecipe('faces', CLASSES);
    const started = performance.now();
    await embeddingsOf(dataset, { name: 'faces', pretrained: false, recipe, projection: null }, silentJob);
    const images = (count * 1000) / (performance.now() - started);
    const views = 2 * images; // each is mirrored too
    return {
      workload: 'eyes',
      threads,
      images: count,
      bare_views_per_second: rounded(bare, 1),
      views_per_second: rounded(views, 1),
      ratio: rounded(views / bare, 3),
      images_per_second: rounded(images, 1),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function bareRate(threads: number, seconds: number, job: Job): Promise<number> {
  const recipe = { ...builtInRecipe('faces', CLASSES), batch: BATCH };
  const { batch, input } = recipe;
  const network = await openNetwork(recipe, cpuProvider(threads));
  const random = Random.stream(0, 'perf');
  const values = Float32Array.from({ length: batch * 3 * input.height * input.width }, () => 80 * random.normal());
  await network.run(values);
  const rates: number[] = [];
  const start = performance.now();
  while (rates.length < 3 || performance.now() - start < seconds * 1000) {
    const before = performance.now();
    await network.run(values);
    rates.push((batch * 1000) / (performance.now() - before));
    await breathe(job);
  }
  await network.dispose();
  return median(rates)!;
}

/** Image files as large as FER2013's faces. */
async function noisyFaces(folder: string, count: number): Promise<EmbeddedDataset> {
  const random = Random.stream(1, 'perf');
  const images: EmbeddedDataset['images'][number][] = [];
  for (let i = 0; i < count; i++) {
    const grey = Uint8Array.from({ length: SIDE * SIDE }, () => random.integer(256));
    const file = await sharp(grey, { raw: { width: SIDE, height: SIDE, channels: 1 } })
      .png()
      .toBuffer();
    await writeFile(join(folder, `${i}.png`), file);
    images.push({ id: `${i}.png`, split: 'train', label: null, hash: sha256(file) });
  }
  return {
    directory: folder,
    cache: join(folder, '.cache'),
    images,
    pixels: { count, channels: 1, height: SIDE, width: SIDE, read: () => {}, close: () => {} },
    sourceFile: (index) => join(folder, images[index].id),
  };
}

const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
