import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative, sep } from 'node:path';
import sharp from 'sharp';
import type { BrokenImage } from '../../shared/schema/dataset';
import type { FacePhoto, FacesFile, FoundFace } from '../../shared/schema/faces';
import { byId } from '../data/byId';
import { problemOf } from '../data/decode';
import { type FoundImage, findImages } from '../data/importers/walk';
import { mapInOrder } from '../data/mapInOrder';
import { withImage } from '../data/readImage';
import { inputError } from '../errors';
import { type Job, throwIfCancelled } from '../job';
import { writeFileAtomic } from '../store/atomicFile';
import { digestOf, sha256 } from '../store/digest';
import { requireInside } from '../store/inside';
import { plural } from '../text/plural';
import { openBlazeFace } from './blazeFace';
import { detectFaces } from './detect';
import { overlap } from './geometry';
import { facesFolder, writeFaces } from './list';
import type { FaceNetwork } from './network';
import { cutFace, readPhoto } from './photo';
import { placeOf } from './place';
import type { Level } from './pyramid';
import { openYuNet } from './yuNet';

export interface CutFacesOptions {
  /** Absolute path of the folder of photos. */
  readonly photos: string;
  /** How the list names it. */
  readonly stored: string;
  /** Absolute path of a folder that is never looked into. */
  readonly exclude: string;
  /** The dataset's folder. */
  readonly directory: string;
  /** What was cut out of the same photos before; null for a new dataset. */
  readonly before: FacesFile | null;
  /** Absolute path of a YuNet as ONNX; null for the detector that ships. */
  readonly detector: string | null;
}

export interface CutFacesReport {
  readonly photos: number;
  readonly faces: number;
  /** Photos without any. */
  readonly none: readonly string[];
  /** Faces that were passed over, being too small. */
  readonly small: number;
  readonly broken: readonly BrokenImage[];
}

/** Changes of how faces are cut out get another number: then photos are looked at again. */
const WAY = 1;
/** Faces that fill fewer pixels each way are passed over: FER2013's have 48. */
const SMALLEST = 36;
/** Photos that are read ahead; each holds its pixels. */
const AHEAD = 2;
/** The list is saved so often (ms): what a killed process has to do again. */
const SAVED_EVERY = 5000;
/** A face of the photo before in the same place keeps its image's name. */
const SAME_PLACE = 0.5;

/**
 * Cuts every face out of a folder's photos, upright and as tight as FER2013's: one PNG a face in the dataset's folder `faces`, and in
 * `faces.json` which photo it comes from and where it lies there. Photos that were looked at before and are the same are passed over, so a run that was
 * stopped goes on, and one with new photos adds theirs; names of images stay. Memory does not grow with the number of photos.
 */
export async function cutFaces(options: CutFacesOptions, job: Job): Promise<CutFacesReport> {
  const { images, broken } = await findImages(options.photos, options.exclude, job);
  if (images.length === 0) throw noPhotos(options.photos, broken);
  sharp.concurrency(1); // several photos at a time, one thread each
  sharp.cache(false);
  const threads = availableParallelism();
  const network = await (options.detector === null ? openBlazeFace(threads) : openYuNet(options.detector, threads));
  try {
    const cutting = new Cutting(options, network, job);
    const report = await cutting.run(images);
    return { ...report, broken: [...broken, ...report.broken].sort(byId) };
  } finally {
    await network.dispose();
  }
}

/** A photo that was looked at before and is the same, or one to look at; or why there is none. */
type Read =
  | { readonly kind: 'same'; readonly photo: FacePhoto }
  | { readonly kind: 'new'; readonly id: string; readonly looked: string; readonly level: Level }
  | { readonly kind: 'broken'; readonly id: string; readonly problem: string };

class Cutting {
  private readonly folder: string;
  private readonly known: Map<string, FacePhoto>;
  private saved = performance.now();

  constructor(
    private readonly options: CutFacesOptions,
    private readonly network: FaceNetwork,
    private readonly job: Job,
  ) {
    const { before, directory } = options;
    this.folder = facesFolder(directory);
    this.known = new Map(before?.found.map((photo) => [photo.photo, photo]));
  }

  async run(images: readonly FoundImage[]): Promise<CutFacesReport> {
    const found = new Map<string, FacePhoto>();
    const broken: BrokenImage[] = [];
    let done = 0;
    try {
      for await (const read of mapInOrder(images, AHEAD, (image) => this.read(image))) {
        throwIfCancelled(this.job);
        if (read.kind === 'broken') broken.push({ id: read.id, problem: read.problem });
        else {
          const photo = read.kind === 'same' ? read.photo : await this.cut(read.id, read.looked, read.level);
          found.set(photo.photo, photo);
        }
        done++;
        this.job.report({ stage: 'Cutting out faces', done, total: images.length, unit: 'photos' });
        if (performance.now() - this.saved > SAVED_EVERY) await this.save(found);
      }
    } catch (error) {
      await this.save(found);
      throw error;
    }
    return this.finish(found, broken, images.length);
  }

  private async read({ id, path }: FoundImage): Promise<Read> {
    try {
      return await withImage(path, async (file): Promise<Read> => {
        const looked = digestOf({ way: WAY, detector: this.network.digest, file: sha256(file) });
        const known = this.known.get(id);
        if (known?.looked === looked && this.areThere(known)) return { kind: 'same', photo: known };
        return { kind: 'new', id, looked, level: await readPhoto(file) };
      });
    } catch (error) {
      return { kind: 'broken', id, problem: problemOf(error, id) };
    }
  }

  private areThere({ faces }: FacePhoto): boolean {
    return faces.every(({ image }) => existsSync(this.pathOf(image)));
  }

  private pathOf(image: string): string {
    return join(this.folder, ...image.split('/'));
  }

  private async cut(id: string, looked: string, level: Level): Promise<FacePhoto> {
    const detections = await detectFaces(level, this.network, this.job);
    const all = detections.map((face) => ({ ...placeOf(face), score: Math.round(face.score * 1000) / 1000 }));
    const large = all.filter(({ side }) => side >= SMALLEST);
    const before = [...(this.known.get(id)?.faces ?? [])];
    let last = this.known.get(id)?.last ?? 0;
    const faces: FoundFace[] = [];
    for (const place of large.sort((a, b) => a.left - b.left || a.top - b.top)) {
      const png = await cutFace(level, place);
      if (!png) continue;
      const at = before.findIndex((face) => overlap(boxOf(face), boxOf(place)) > SAME_PLACE);
      const [same] = at < 0 ? [] : before.splice(at, 1);
      const image = same?.image ?? `${id}.face${++last}.png`;
      await writeFileAtomic(this.pathOf(image), png);
      faces.push({ image, ...place });
    }
    return { photo: id, looked, faces, small: all.length - large.length, last };
  }

  /** What was not looked at again yet stays in the list, until all has been. */
  private async save(found: ReadonlyMap<string, FacePhoto>): Promise<void> {
    await this.write(new Map([...this.known, ...found]));
    this.saved = performance.now();
  }

  private write(found: ReadonlyMap<string, FacePhoto>): Promise<void> {
    const { directory, stored, detector } = this.options;
    const sorted = [...found.values()].sort((a, b) => (a.photo < b.photo ? -1 : 1));
    return writeFaces(directory, { schema: 1, photos: stored, detector, found: sorted });
  }

  private async finish(
    found: ReadonlyMap<string, FacePhoto>,
    broken: readonly BrokenImage[],
    photos: number,
  ): Promise<CutFacesReport> {
    const all = [...found.values()];
    const faces = all.reduce((sum, photo) => sum + photo.faces.length, 0);
    const small = all.reduce((sum, photo) => sum + photo.small, 0);
    if (faces === 0) throw noFaces(this.options.photos, photos, small, broken);
    await this.write(found);
    await this.sweep(new Set(all.flatMap((photo) => photo.faces.map(({ image }) => image))));
    return {
      photos,
      faces,
      small,
      broken,
      none: all.flatMap((photo) => (photo.faces.length === 0 ? [photo.photo] : [])),
    };
  }

  /** Faces of photos that are gone, or that a process was killed over, go too; what somebody else put there stays. */
  private async sweep(images: ReadonlySet<string>): Promise<void> {
    const there = await findImages(this.folder, this.options.exclude, this.job);
    for (const { path } of there.images) {
      const image = relative(this.folder, path).split(sep).join('/');
      if (!/\.face\d+\.png$/.test(image) || images.has(image)) continue;
      await requireInside(path);
      await rm(path, { force: true });
    }
  }
}

const boxOf = ({ left, top, side }: Pick<FoundFace, 'left' | 'top' | 'side'>) => ({
  left,
  top,
  width: side,
  height: side,
});

function noPhotos(folder: string, [first]: readonly BrokenImage[]) {
  if (first) return inputError(`${folder} has no photo that can be read; ${first.id}: ${first.problem}.`);
  return inputError(`There are no photos in ${folder}; give a folder with JPEG, PNG, WebP, GIF, TIFF or AVIF files.`);
}

function noFaces(folder: string, photos: number, small: number, [first]: readonly BrokenImage[]) {
  if (small > 0)
    return inputError(
      `The ${plural(small, 'face')} in the ${plural(photos, 'photo')} of ${folder} are smaller than ${SMALLEST} pixels each way; give the photos in their full size, or import them without --faces.`,
    );
  const unread = first ? ` (${first.id}: ${first.problem})` : '';
  return inputError(
    `No face was found in the ${plural(photos, 'photo')} of ${folder}${unread}; import them without --faces, or name another detector with --face-detector.`,
  );
}
