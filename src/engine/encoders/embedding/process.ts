import { writeFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import sharp from 'sharp';
import { mapInOrder } from '../../data/mapInOrder';
import { DeviceError, inputError, UserError } from '../../errors';
import { Random } from '../../numeric/random';
import { serveParent } from '../../process/parent';
import { acceleratorProvider, cpuProvider } from '../../runtime/onnx/provider';
import { diskError } from '../../store/atomicFile';
import { sha256 } from '../../store/digest';
import { receivedImage, unreadable } from '../imageSource';
import { type EncoderNetwork, openNetwork } from '../network';
import type { Pixels } from '../resample';
import type { EmbeddingOrder, EmbeddingProgress, OrderedImage } from './order';
import { type Viewing, viewingOf } from './viewing';

/** Batches that are read and decoded ahead of the network, which blocks this thread: enough for a run, and the next. */
const BATCHES_AHEAD = 3;
/** Images ahead where they are decoded at their full size, which may be 100 MB each. */
const LARGE_AHEAD = 6;

/**
 * A process that computes embeddings. Only here do encoders run: one that crashes or hangs the runtime takes nothing else
 * with it.
 */
export function embeddingProcess(): Promise<void> {
  sharp.concurrency(1); // many small images: one thread each, many at a time
  sharp.cache(false);
  let open: { readonly key: string; readonly network: EncoderNetwork } | null = null;
  return serveParent<EmbeddingOrder, null, EmbeddingProgress>(async (order, { signal, report }) => {
    const key = JSON.stringify([order.recipe.digest, order.accelerator, order.threads]);
    if (open?.key !== key) {
      await open?.network.dispose();
      open = { key, network: await openFor(order) };
    }
    const viewing = viewingOf(order);
    await throughNetwork(order, viewing, open.network, { signal, report: (done) => report({ done }) });
    await writeFile(order.target, viewing.bytes()).catch((error: unknown) => {
      throw diskError(order.target, error);
    });
    return null;
  });
}

async function openFor({ recipe, accelerator, threads }: EmbeddingOrder): Promise<EncoderNetwork> {
  if (!accelerator) return openNetwork(recipe, cpuProvider(threads));
  const network = await openNetwork(recipe, acceleratorProvider(accelerator));
  await checkAgainstCpu(network, recipe, threads);
  return network;
}

/** Largest difference between two devices, as a share of the largest value, that half precision inside a driver explains. */
const TOLERANCE = 0.02;

/** A driver that computes something else is a failure of the device, which the CPU then takes the place of. */
async function checkAgainstCpu(
  network: EncoderNetwork,
  recipe: EmbeddingOrder['recipe'],
  threads: number,
): Promise<void> {
  const { batch, input } = recipe;
  const random = Random.stream(0, 'embed');
  const values = Float32Array.from({ length: batch * input.channels * input.height * input.width }, () =>
    random.normal(),
  );
  const found = Float32Array.from(await network.run(values));
  const reference = await openNetwork(recipe, cpuProvider(threads));
  const expected = await reference.run(values);
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const difference = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i])), 0);
  await reference.dispose();
  if (!(difference <= TOLERANCE * largest))
    throw new DeviceError(
      'lost',
      'The device computes something else than the CPU; update its driver, or use the CPU.',
    );
}

/** Feeds the network with views of the images, always as many as a batch holds: what it makes of one does not depend on how many there are. */
async function throughNetwork(
  { recipe, images }: EmbeddingOrder,
  viewing: Viewing,
  network: EncoderNetwork,
  { signal, report }: { readonly signal: AbortSignal; report(done: number): void },
): Promise<void> {
  const { batch, input, dimensions } = recipe;
  const size = input.channels * input.height * input.width;
  const values = new Float32Array(batch * size);
  const waiting: { readonly image: number; readonly view: number }[] = []; // what each place of the batch belongs to
  const flush = async () => {
    if (waiting.length === 0) return;
    const found = await network.run(values);
    for (const [place, { image, view }] of waiting.entries())
      viewing.take(found.subarray(place * dimensions, (place + 1) * dimensions), image, view);
    waiting.length = 0;
    await nextTurn(); // lets decoding go on, and messages in
    signal.throwIfAborted();
  };
  let image = 0;
  const ahead = recipe.preprocessing.reduce === undefined ? LARGE_AHEAD : BATCHES_AHEAD * batch;
  const prepared = mapInOrder(images, ahead, (one) => prepare(one, viewing));
  for await (const pixels of prepared) {
    for (let view = 0; view < viewing.count; view++) {
      values.set(viewing.input(pixels, images[image], view), waiting.length * size);
      waiting.push({ image, view });
      if (waiting.length === batch) await flush();
    }
    image++;
    if (image % batch === 0) report(batch);
  }
  await flush();
  report(image % batch);
}

async function prepare(image: OrderedImage, viewing: Viewing): Promise<Pixels> {
  try {
    return await receivedImage(
      image,
      (source) => viewing.prepare(source),
      (file) => requireSame(image, file),
    );
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(image.id, error);
  }
}

function requireSame(image: OrderedImage, file: Uint8Array): void {
  if ('path' in image && sha256(file) !== image.hash)
    throw inputError(
      `${image.path} is no longer the image that was imported; put the old one back, or import the folder again to take it in.`,
    );
}
