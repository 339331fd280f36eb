import { l10n } from 'vscode';
import type { DatasetAddress, EngineJobs } from '../../shared/protocol/engine';
import type { GalleryMethods, GalleryState, ImageSet } from '../../shared/protocol/gallery';
import { placeIn, places } from '../../shared/workspace/paths';
import { AnswersSession, type AnswersSurroundings } from '../answers/answersSession';
import { newestVersion } from '../datasets/numberedFiles';
import { ComputedColumns } from './computedColumns';
import { GalleryImages } from './galleryImages';
import { galleryTexts } from './galleryTexts';
import { GalleryTruth } from './galleryTruth';

/** Images to show, and how. */
export type ImageWish = Pick<ImageSet, 'title' | 'images'> & Partial<Pick<ImageSet, 'sort' | 'image'>>;

/** All images of a dataset being looked at and labelled: what the files say, what is on its way to them, and what the model says. */
export class GallerySession extends AnswersSession<GalleryTruth> {
  readonly images: GalleryImages;
  private readonly predictions: ComputedColumns<EngineJobs['predictions']['result']>;
  private readonly suspicions: ComputedColumns<EngineJobs['suspicions']['result']>;
  private readonly likeness: ComputedColumns<EngineJobs['similar']['result']>;
  private readonly duplicates: ComputedColumns<EngineJobs['nearDuplicates']['result']>;
  /** The image that all are compared with. */
  private like: string | null = null;
  /** The results that predictions were asked for. */
  private results: string | null = null;
  private set: ImageSet | null = null;

  constructor(address: DatasetAddress, directory: string, around: AnswersSurroundings) {
    super(address, directory, new GalleryTruth(directory), around);
    const { engine } = around;
    const changed = () => around.changed();
    this.images = new GalleryImages(engine, address, () => this.truth.imageFolder);
    this.predictions = new ComputedColumns({ ask: (token) => engine.run('predictions', address, { token }), changed });
    this.suspicions = new ComputedColumns({ ask: (token) => engine.run('suspicions', address, { token }), changed });
    this.likeness = new ComputedColumns({
      ask: (token) => engine.run('similar', { ...address, image: this.like ?? '' }, { token }),
      changed,
    });
    this.duplicates = new ComputedColumns({
      ask: (token) => engine.run('nearDuplicates', address, { token }),
      changed,
    });
  }

  override dispose(): void {
    super.dispose();
    this.predictions.dispose();
    this.suspicions.dispose();
    this.likeness.dispose();
    this.duplicates.dispose();
  }

  protected override async follow(): Promise<void> {
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

  /** Has the page turn to these images; all others stay a choice away. */
  show({ sort = 'name', image = null, ...wish }: ImageWish): void {
    this.set = { ...wish, sort, image, key: Date.now() };
    if (sort === 'suspicion' && this.suspicions.state.status !== 'loading') void this.suspicions.load();
    this.around.changed();
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
      likeness: this.likeness.state,
      like: this.like,
      duplicates: this.duplicates.state,
      set: this.set,
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

  liken({ image }: GalleryMethods['liken']['params']): null {
    this.like = image;
    void this.likeness.load();
    return null;
  }

  likenesses(): GalleryMethods['likeness']['result'] {
    return there(this.likeness.result);
  }

  compare(): null {
    void this.duplicates.load();
    return null;
  }

  groups(): GalleryMethods['duplicates']['result'] {
    return there(this.duplicates.result);
  }

  /** What the model is fed of an image. */
  async seen({ image }: GalleryMethods['seen']['params']): Promise<GalleryMethods['seen']['result']> {
    const { pictures } = await this.around.engine.run('seen', { ...this.address, image }, {});
    return { pictures: pictures.map(({ path, ...picture }) => ({ ...picture, uri: this.around.uriOf(path) })) };
  }

  async flag({ images, flag }: GalleryMethods['flag']['params']): Promise<GalleryMethods['flag']['result']> {
    return { entries: Object.fromEntries(await this.saving.inOrder(() => this.saving.flag(images, flag))) };
  }

  /** Saves the answers of one press. */
  override async answer(params: GalleryMethods['answer']['params']): Promise<GalleryMethods['answer']['result']> {
    const saved = await super.answer(params);
    return { ...saved, gone: await this.images.gone(Object.keys(saved.entries)) };
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

  async explainImage({ image }: GalleryMethods['explainImage']['params']): Promise<{ message: string }> {
    return { message: this.around.whyHidden(null) ?? (await this.images.explain(image)) };
  }
}

/** Columns that the state says are there; they may have gone since, and the next state says so. */
function there<R>(result: R | null): R {
  if (result === null) throw new Error(l10n.t('It is being computed anew; look again in a moment.'));
  return result;
}
