import { join } from 'node:path';
import type { DatasetAddress, EngineRequests } from '../../shared/protocol/engine';
import { whyNotShown } from '../answers/notShown';
import type { EngineClient } from '../engine/engineClient';
import { exists } from '../exists';

type List = EngineRequests['images/list']['result'];

/** All images of a dataset: which there are, and where their pictures lie. */
export class GalleryImages {
  private known: List | null = null;
  private numbers: ReadonlyMap<string, number> = new Map();
  private failure: string | null = null;
  private listing: Promise<void> | null = null;

  constructor(
    private readonly engine: EngineClient,
    private readonly address: DatasetAddress,
    /** Folder of the image files; null where the images are rows of a csv file. */
    private readonly folder: () => string | null,
  ) {}

  /** Null while they are not known. */
  get list(): List | null {
    return this.known;
  }

  /** Why they can't be listed. */
  get problem(): string | null {
    return this.failure;
  }

  numberOf = (image: string): number | undefined => this.numbers.get(image);

  /** Lists them anew where they are not those of `digest`. Tells whether anything has become another. */
  async follow(digest: string): Promise<boolean> {
    if (this.known?.digest === digest) return false;
    this.listing ??= this.load().finally(() => {
      this.listing = null;
    });
    await this.listing;
    return true;
  }

  private async load(): Promise<void> {
    try {
      this.known = await this.engine.request('images/list', this.address);
      this.numbers = new Map(this.known.images.map((id, i) => [id, i]));
      this.failure = null;
    } catch (error) {
      this.failure = (error as Error).message;
    }
  }

  /** Files of small pictures; null for those that can't be shown. */
  async thumbnails(images: readonly string[]): Promise<readonly (string | null)[]> {
    const known = images.filter((image) => this.numbers.has(image));
    const { files } = await this.engine.request('images/thumbnails', { ...this.address, images: known });
    const found = new Map(known.map((image, i) => [image, files[i] ?? null]));
    return images.map((image) => found.get(image) ?? null);
  }

  /** The image's own file, or what the engine has drawn of a row; null for what is no image of the dataset. */
  async file(image: string): Promise<string | null> {
    if (!this.numbers.has(image)) return null;
    const folder = this.folder();
    if (folder !== null) return join(folder, ...image.split('/'));
    return (await this.engine.request('images/files', { ...this.address, images: [image] })).files[0] ?? null;
  }

  /** Those of the images whose file is not there any more. */
  async gone(images: readonly string[]): Promise<readonly string[]> {
    const folder = this.folder();
    if (folder === null) return [];
    const there = await Promise.all(images.map((image) => exists(join(folder, ...image.split('/')))));
    return images.filter((_, i) => !there[i]);
  }

  /** Why a picture is not shown, as a sentence. */
  async explain(image: string): Promise<string> {
    return whyNotShown(image, await this.file(image).catch(() => null));
  }
}
