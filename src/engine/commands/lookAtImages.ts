import type { FolderLook, FormLook, ImagesLook } from '../../shared/protocol/engine';
import { readImages } from '../data/buildImages';
import { byId } from '../data/byId';
import { readFolder } from '../data/dataset/import';
import { pixelNotes } from '../data/dataset/importNotes';
import { decodeImage, reshapeGrey } from '../data/decode';
import { findDuplicates } from '../data/duplicates';
import { chooseForm, type Form } from '../data/imageShape';
import { FER_SIZE } from '../data/importers/fer2013';
import { type ImageSource, isBroken, type SourceImage } from '../data/importers/source';
import { interleaved } from '../data/picture';
import { withImage } from '../data/readImage';
import { type Job, throwIfCancelled } from '../job';
import { evenlySpread } from '../numeric/evenlySpread';
import { type FolderOptions, imageCounter, lookAtSource } from './lookAtFolder';

/** How the images of a folder would become pixels, and some of them as the model would get them. */
export async function lookAtForm(options: FolderOptions, job: Job): Promise<FormLook> {
  const source = await readFolder(options, job);
  const form = await chooseForm(source, options, job);
  return { ...describeForm(form), pictures: await picturesOf(source, form, job) };
}

function describeForm({ shape, decoding, cropping }: Form): Omit<FormLook, 'pictures'> {
  const { width, height, channels } = shape;
  return { width, height, channels, fit: decoding.fit ?? 'cover', cropping };
}

/** Opens all images of a folder, as an import would, and keeps nothing. */
export async function lookAtImages(options: FolderOptions, job: Job): Promise<ImagesLook> {
  const source = await readFolder(options, job);
  return openImages(source, await chooseForm(source, options, job), job);
}

/** All that can be told of a folder. */
export interface WholeLook extends FolderLook {
  readonly form: Omit<FormLook, 'pictures'>;
  readonly opened: ImagesLook;
}

/** The names and then the images of a folder, which is read once. */
export async function lookAtAll(options: FolderOptions, job: Job): Promise<WholeLook> {
  const source = await readFolder(options, job);
  const look = await lookAtSource(source, job);
  const form = await chooseForm(source, options, job);
  return { ...look, form: describeForm(form), opened: await openImages(source, form, job) };
}

async function openImages(source: ImageSource, form: Form, job: Job): Promise<ImagesLook> {
  const read = await readImages(source, form, job);
  const counter = imageCounter(source.classes);
  for (const entry of read.entries) counter.count(entry);
  const duplicates = findDuplicates(read.entries, read.pixelHashes, source.classes);
  return {
    ...counter.counted,
    broken: read.broken.map(({ id, problem }) => ({ id, problem })),
    copies: duplicates.copies,
    leaks: duplicates.leaks.length,
    conflicts: duplicates.conflicts.length,
    notes: pixelNotes(form, read, duplicates),
  };
}

/** Pictures that are shown, and images for each that take its place where it can't be read. */
const SHOWN = 8;
const TRIED = 3;

/** Images from everywhere in the folder. */
async function picturesOf(source: ImageSource, form: Form, job: Job): Promise<FormLook['pictures']> {
  const pictures: FormLook['pictures'][number][] = [];
  const images = await spread(source);
  // every third, then those between
  const inTurn = Array.from({ length: TRIED }, (_, turn) => images.filter((__, i) => i % TRIED === turn)).flat();
  for (const image of inTurn) {
    throwIfCancelled(job);
    if (pictures.length === SHOWN) break;
    const pixels = await pixelsOf(image, form).catch(() => null);
    if (pixels) pictures.push({ id: image.id, data: await pictureData(pixels, form) });
  }
  return pictures.sort(byId);
}

async function spread(source: ImageSource): Promise<SourceImage[]> {
  const wanted = new Set(evenlySpread(source.total, TRIED * SHOWN));
  const images: SourceImage[] = [];
  let at = 0;
  for await (const item of source.items()) if (wanted.has(at++) && !isBroken(item)) images.push(item);
  return images;
}

async function pixelsOf({ content }: SourceImage, { shape, decoding }: Form): Promise<Uint8Array> {
  if (typeof content !== 'string') return reshapeGrey(content, { height: FER_SIZE, width: FER_SIZE }, shape);
  return withImage(content, (file) => decodeImage(file, shape, decoding));
}

async function pictureData(pixels: Uint8Array, { shape }: Form): Promise<string> {
  const { default: sharp } = await import('sharp');
  const raw = { width: shape.width, height: shape.height, channels: shape.channels };
  const file = await sharp(interleaved(pixels, shape.channels), { raw }).webp({ quality: 90 }).toBuffer();
  return file.toString('base64');
}
