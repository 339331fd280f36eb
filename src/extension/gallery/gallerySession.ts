import { l10n } from 'vscode';
import type { DatasetAddress, EngineJobs } from '../../shared/protocol/engine';
import type { GalleryMethods, GalleryState } from '../../shared/protocol/gallery';
import { placeIn, places } from '../../shared/workspace/paths';
import { LabelWriter } from '../answers/labelWriter';
import { OneAtATime } from '../answers/oneAtATime';
import { type ReplacedAnswers, ReplacedByAnnotator } from '../answers/replacedAnswers';
import { Saving } from '../answers/saving';
import { undoLast } from '../answers/undo';
import { newestVersion } from '../datasets/numberedFiles';
import type { EngineClient } from '../engine/engineClient';
import { ComputedColumns } from './computedColumns';
import { GalleryImages } from './galleryImages';
import { galleryTexts } from './galleryTexts';
import { GalleryTruth } from './galleryTruth';

/** What a session needs from the window it is shown in. */
export interface GallerySurroundings {
  readonly engine: EngineClient;
  /** Whose answers these are, asked anew for each. */
  annotator(): string;
  /** Address under which the page may load a file. */
  readonly uriOf: (path: string) => string;
  /** Called when the state has become another, unless the page knows by the answer to its own request. */
  changed(): void;
}

/** All images of a dataset being looked at and labelled: what the files say, what is on its way to them, and what the model says. */
export class GallerySession {
  readonly truth: GalleryTruth;
  readonly images: GalleryImages;
  private readonly writer: LabelWriter;
  private readonly saving: Saving;
  private readonly replaced: () => ReplacedAnswers;
  private readonly predictions: ComputedColumns<EngineJobs['predictions']['result']>;
  private readonly suspicions: ComputedColumns<EngineJobs['suspicions']['result']>;
  private readonly reading = new OneAtATime(() => this.read());
  /** The results that predictions were asked for. */
  private results: string | null = null;

  constructor(
    readonly address: DatasetAddress,
    private readonly directory: string,
    private readonly around: GallerySurroundings,
  ) {
    const { engine } = around;
    const annotator = () => around.annotator();
    const changed = () => around.changed();
    this.truth = new GalleryTruth(directory);
    this.images = new GalleryImages(engine, address, () => this.truth.imageFolder);
    this.writer = new LabelWriter(this.truth, engine, address, annotator);
    const replaced = new ReplacedByAnnotator(directory);
    this.replaced = () => replaced.of(annotator());
    this.saving = new Saving(this.truth, this.writer, this.replaced, {
      read: () => this.read(),
      refresh: () => void this.refresh(),
      changed,
    });
    this.predictions = new ComputedColumns({ ask: (token) => engine.run('predictions', address, { token }), changed });
    this.suspicions = new ComputedColumns({ ask: (token) => engine.run('suspicions', address, { token }), changed });
  }

  /** Whether a change of this file is most likely our own writing: reading it can wait. */
  isOwnWriting(path: string): boolean {
    return this.writer.justNow && path.endsWith(`/${places.labelsOf(this.around.annotator())}`);
  }

  dispose(): void {
    this.reading.dispose();
    this.predictions.dispose();
    this.suspicions.dispose();
  }

  /** Reads the files again; calls that come meanwhile lead to one more reading. */
  refresh(): Promise<void> {
    return this.reading.run();
  }

  private async read(): Promise<void> {
    const { count } = this.writer;
    const changed = await this.truth.read(this.around.annotator(), () => this.writer.count !== count);
    if (changed === null) return this.reading.again();
    if (changed) this.around.changed();
    const digest = this.truth.dataset?.digest;
    if (digest === undefined) return;
    // whoever labels does not wait for the list of images
    void this.images.follow(digest).then((another) => another && this.around.changed());
    await this.followModel(digest);
  }

  /** Has the newest model asked when there is another one, or when the images are others. */
  private async followModel(digest: string): Promise<void> {
    const newest = await newestVersion(placeIn(this.directory, places.results));
    const results = newest && `${digest} ${newest}`;
    if (results === this.results) return;
    this.results = results;
    if (results === null) this.predictions.clear();
    else void this.predictions.load();
  }

  state(): GalleryState {
    const { truth, images } = this;
    const { list } = images;
    const unknown = truth.unknownClasses;
    return {
      address: this.address,
      annotator: this.around.annotator(),
      classes: truth.dataset?.classes ?? [],
      digest: list?.digest ?? null,
      problem: images.problem,
      answers: truth.columns(images.numberOf),
      unsaved: Object.fromEntries(this.saving.unsaved),
      predictions: this.predictions.state,
      suspicions: this.suspicions.state,
      paused: truth.paused,
      notices: unknown === null ? truth.notices : [...truth.notices, unknown],
      texts: galleryTexts(),
    };
  }

  /** Every image, once they are listed. */
  async list(): Promise<GalleryMethods['images']['result']> {
    const { dataset } = this.truth;
    if (dataset) await this.images.follow(dataset.digest);
    const { list, problem } = this.images;
    if (!list)
      throw new Error(problem ?? this.truth.paused ?? l10n.t('The images are not known yet; open the gallery again.'));
    return { digest: list.digest, ids: list.images, test: list.test };
  }

  predicted(): GalleryMethods['predictions']['result'] {
    const { digest, predicted, probability, classes } = there(this.predictions.result);
    // the model's classes are the dataset's, unless these have changed since
    const now = this.truth.dataset?.classes ?? classes;
    const numbers = classes.map((name) => now.indexOf(name));
    return { digest, predicted: predicted.map((index) => numbers[index] ?? -1), probability };
  }

  suspect(): null {
    void this.suspicions.load();
    return null;
  }

  suspected(): GalleryMethods['suspicions']['result'] {
    return there(this.suspicions.result);
  }

  async thumbnails({
    images,
  }: GalleryMethods['thumbnails']['params']): Promise<GalleryMethods['thumbnails']['result']> {
    const files = await this.images.thumbnails(images);
    return { uris: files.map((file) => (file === null ? null : this.around.uriOf(file))) };
  }

  async picture({ image }: GalleryMethods['picture']['params']): Promise<GalleryMethods['picture']['result']> {
    const file = await this.images.file(image);
    return { uri: file === null ? null : this.around.uriOf(file) };
  }

  /** Saves the answers of one press. */
  answer({ answers }: GalleryMethods['answer']['params']): Promise<GalleryMethods['answer']['result']> {
    return this.saving.inOrder(() => this.saving.answer(answers));
  }

  undo(): Promise<GalleryMethods['undo']['result']> {
    return this.saving.inOrder(async () => {
      await this.read(); // another window may have saved a moment ago
      this.saving.checkReady();
      return undoLast(this.truth, this.writer, this.replaced());
    });
  }

  dropUnsaved({ image }: GalleryMethods['dropUnsaved']['params']): null {
    this.saving.drop(image);
    return null;
  }

  async explainImage({ image }: GalleryMethods['explainImage']['params']): Promise<{ message: string }> {
    return { message: await this.images.explain(image) };
  }
}

/** Columns that the state says are there; they may have gone since, and the next state says so. */
function there<R>(result: R | null): R {
  if (result === null) throw new Error(l10n.t('It is being computed anew; look again in a moment.'));
  return result;
}
