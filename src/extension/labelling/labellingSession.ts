import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { l10n } from 'vscode';
import type {
  BatchAddress,
  BatchImage,
  LabellingMethods,
  LabellingState,
  NewAnswer,
  OthersAnswer,
  ShownImage,
  UnsavedAnswer,
} from '../../shared/protocol/labelling';
import type { DatasetFile } from '../../shared/schema/dataset';
import type { LabelEntry } from '../../shared/schema/labels';
import type { RoundFile } from '../../shared/schema/round';
import { readableStrategy } from '../../shared/strategyName';
import type { EngineClient } from '../engine/engineClient';
import { images, isolated } from '../text';
import { BatchFiles, imageFolder } from './batchFiles';
import { BatchPictures } from './batchPictures';
import { LabelFolder } from './labelFolder';
import { labellingTexts } from './labellingTexts';
import { ModelSuggestions } from './modelSuggestions';
import { ReplacedAnswers } from './replacedAnswers';
import { lastPress, nextTime } from './undo';

/** What a session needs from the window it is shown in. */
export interface SessionSurroundings {
  readonly engine: EngineClient;
  /** Whose answers these are, asked anew for each. */
  annotator(): string;
  /** Whether an answer brings the next image, by the settings. */
  autoAdvance(): boolean;
  /** Address under which the page may load a file. */
  uriOf(path: string): string;
  /** Called when the state has become another, unless the page knows by the answer to its own request. */
  changed(): void;
}

/** Whoever has just saved is likely to save again. */
const WORKING_MS = 1_000;

/**
 * One batch being answered. What is on the disk is the truth: an answer counts when the engine says it is saved, and the
 * files are read again whenever they change. Requests are worked off in the order of the presses.
 */
export class LabellingSession {
  private dataset: DatasetFile | null = null;
  private round: RoundFile | null = null;
  private readonly files: BatchFiles;
  private readonly folder: LabelFolder;
  /** Annotator whose answers `own` holds. */
  private readFor = '';
  private own: Map<string, LabelEntry> = new Map();
  private others = new Map<string, OthersAnswer[]>();
  private labelled = 0;
  private paused: string | null = null;
  private notices: readonly string[] = [];
  private readonly unsaved = new Map<string, UnsavedAnswer>();
  private readonly suggestions: ModelSuggestions;
  private readonly pictures: BatchPictures;
  private readonly replaced = new Map<string, ReplacedAnswers>();
  private queue: Promise<unknown> = Promise.resolve();
  private saves = 0;
  private lastSave = Number.NEGATIVE_INFINITY;
  /** Presses that are being worked off. */
  private working = 0;
  private shown: ShownImage | null = null;
  private refreshing: Promise<void> | null = null;
  private refreshAgain = false;
  private disposed = false;

  constructor(
    readonly address: BatchAddress,
    private readonly directory: string,
    private readonly around: SessionSurroundings,
  ) {
    this.files = new BatchFiles(directory, address.round);
    this.folder = new LabelFolder(directory);
    const changed = () => around.changed();
    this.suggestions = new ModelSuggestions({
      ask: (token) => around.engine.run('suggest', { ...this.engineAddress(), round: address.round }, { token }),
      changed,
    });
    this.pictures = new BatchPictures({
      make: async (batch) =>
        (await around.engine.request('images/files', { ...this.engineAddress(), images: [...batch] })).files,
      changed,
    });
  }

  /**
   * Whether a change of this file (its path, '/' separators) is most likely our own writing: reading it can wait, so that
   * it does not get in the way of the next press.
   */
  isOwnWriting(path: string): boolean {
    return performance.now() - this.lastSave < WORKING_MS && path.endsWith(`/labels/${this.around.annotator()}.json`);
  }

  /** Folder of the images, for the webview's roots; null while unknown, or where the cache holds the pictures. */
  get imageFolder(): string | null {
    return this.dataset && imageFolder(this.directory, this.dataset);
  }

  /** Finds out where the images lie, ahead of `refresh`, which also says what is wrong when that can't be known. */
  async findImages(): Promise<void> {
    this.dataset ??= await this.files.readDataset().catch(() => null);
  }

  /** Whether everything asked for is answered on the disk and nothing is on its way there: the panel may show another. */
  get finished(): boolean {
    const batch = this.batch();
    const idle = this.paused === null && this.unsaved.size === 0 && this.working === 0;
    return idle && batch.length > 0 && batch.every((image) => this.own.has(image) || this.others.has(image));
  }

  /** Has the page show an image of the batch. */
  show(image: string): void {
    this.shown = { image, asked: randomUUID() };
    this.around.changed();
  }

  dispose(): void {
    this.disposed = true;
    this.suggestions.dispose();
    this.pictures.dispose();
  }

  /** Reads the files again; calls that come meanwhile lead to one more reading. */
  refresh(): Promise<void> {
    if (this.refreshing) {
      this.refreshAgain = true;
      return this.refreshing;
    }
    this.refreshing = this.read().finally(() => {
      this.refreshing = null;
      if (this.refreshAgain && !this.disposed) {
        this.refreshAgain = false;
        void this.refresh();
      }
    });
    return this.refreshing;
  }

  private async read(): Promise<void> {
    const saves = this.saves;
    const annotator = this.around.annotator();
    const before = this.whatIsRead();
    let paused: string | null = null;
    try {
      const dataset = await this.files.readDataset();
      const round = await this.files.readRound();
      const { files, problems } = await this.folder.read({ annotator, entries: this.own });
      // an answer saved while we read may be missing in what was read
      if (this.saves !== saves) {
        this.refreshAgain = true;
        return;
      }
      this.dataset = dataset;
      this.round = round;
      const asked = new Set(round.picks.map((pick) => pick.image));
      paused = problems.get(annotator) ?? null;
      if (paused === null) this.own = new Map(files.get(annotator));
      this.others = new Map();
      /** Image → its label; null where labels differ. */
      const labels = new Map<string, string | null>();
      for (const [name, entries] of files)
        for (const [image, { label }] of entries) {
          const before = labels.get(image);
          if (label !== undefined) labels.set(image, before === undefined || before === label ? label : null);
          if (name === annotator || !asked.has(image)) continue;
          this.others.set(image, [...(this.others.get(image) ?? []), { annotator: name, label: label ?? null }]);
        }
      this.labelled = [...labels.values()].filter((label) => label !== null).length;
      this.notices = [...problems].filter(([name]) => name !== annotator).map(([, problem]) => problem);
    } catch (error) {
      paused = (error as Error).message;
    }
    this.paused = paused;
    this.readFor = annotator;
    // our own writing comes back as a change of the files, of which the page knows
    if (!isDeepStrictEqual(before, this.whatIsRead())) this.around.changed();
    this.loadPictures();
  }

  private whatIsRead() {
    const { readFor, dataset, round, own, others, labelled, paused, notices } = this;
    return { readFor, dataset, round, own, others, labelled, paused, notices };
  }

  state(): LabellingState {
    const own = this.round?.picks.flatMap(({ image }) => {
      const entry = this.own.get(image);
      return entry ? [[image, entry] as const] : [];
    });
    return {
      address: this.address,
      annotator: this.around.annotator(),
      strategy: readableStrategy(this.round?.strategy ?? ''),
      classes: this.dataset?.classes ?? [],
      images: this.round?.picks.map((pick) => this.batchImage(pick)) ?? [],
      answers: Object.fromEntries(own ?? []),
      others: Object.fromEntries(this.others),
      unsaved: Object.fromEntries(this.unsaved),
      labelled: this.labelled,
      pool: this.dataset?.split.train ?? 0,
      suggestions: this.suggestions.state,
      autoAdvance: this.around.autoAdvance(),
      show: this.shown,
      paused: this.paused,
      notices: this.notices,
      texts: labellingTexts(),
    };
  }

  private batchImage({ image, score, reason }: RoundFile['picks'][number]): BatchImage {
    const path = this.pictures.pathOf(image, this.imageFolder);
    return { id: image, uri: path === null ? null : this.around.uriOf(path), score, reason };
  }

  /** Saves the answers of one press. */
  answer({ answers }: LabellingMethods['answer']['params']): Promise<LabellingMethods['answer']['result']> {
    return this.inOrder(async () => {
      const at = nextTime(this.own, this.batch(), Date.now());
      const entries: Record<string, LabelEntry> = {};
      let failure: string | null = null;
      for (const replace of [false, true]) {
        const group = answers.filter((answer) => answer.replace === replace);
        if (group.length === 0) continue;
        try {
          for (const { image, entry } of await this.save(group, at, replace)) entries[image] = entry;
        } catch (error) {
          failure ??= (error as Error).message;
        }
      }
      if (failure !== null) throw new Error(failure);
      return { entries, labelled: this.labelled };
    });
  }

  /** One request to the engine. What is not on the disk afterwards is remembered as unsaved, and throws. */
  private async save(answers: readonly NewAnswer[], at: string, overwrite: boolean) {
    for (const { image } of answers) this.unsaved.delete(image);
    const additions = answers.map((answer) => ({ image: answer.image, entry: entryOf(answer, at) }));
    let kept: readonly string[];
    try {
      await this.rememberReplaced(at, overwrite ? additions : []);
      this.checkReady();
      ({ kept } = await this.around.engine.request('labels/add', {
        ...this.engineAddress(),
        annotator: this.around.annotator(),
        additions,
        overwrite,
        exact: true,
      }));
    } catch (error) {
      for (const answer of answers) this.remember(answer, (error as Error).message);
      throw error;
    } finally {
      this.saved();
    }
    const saved = additions.filter(({ image }) => !kept.includes(image));
    for (const { image, entry } of saved) this.setOwn(image, entry);
    if (kept.length === 0) return saved;
    const message = l10n.t(
      'Another window has answered {0} meanwhile; try again to replace that answer, or discard yours.',
      kept.map(isolated).join(', '),
    );
    for (const answer of answers) if (kept.includes(answer.image)) this.remember({ ...answer, replace: true }, message);
    void this.refresh();
    throw new Error(message);
  }

  /** Notes what a press is about to take the place of, as it is on the disk now: another window may have answered. */
  private async rememberReplaced(at: string, additions: readonly { readonly image: string }[]): Promise<void> {
    if (additions.length > 0) await this.read();
    const present = additions.flatMap(({ image }) => (this.own.has(image) ? [[image, this.own.get(image)!]] : []));
    await this.replacedAnswers().remember(at, new Map(present as [string, LabelEntry][]));
  }

  private remember({ image, ...answer }: NewAnswer, message: string): void {
    this.unsaved.set(image, { ...answer, message });
    this.around.changed();
  }

  flag({ image, flag }: LabellingMethods['flag']['params']): Promise<LabellingMethods['flag']['result']> {
    return this.inOrder(async () => {
      this.checkReady();
      const before = this.own.get(image);
      if (!before)
        throw new Error(l10n.t('{0} has no answer yet; its flag is saved with the answer.', isolated(image)));
      const { flag: _, ...rest } = before;
      const entry: LabelEntry = flag === null ? rest : { ...rest, flag };
      await this.write(new Map([[image, entry]]));
      return { entry };
    });
  }

  undo(): Promise<LabellingMethods['undo']['result']> {
    return this.inOrder(async () => {
      await this.read(); // another window may have saved a moment ago
      this.checkReady();
      const replaced = this.replacedAnswers();
      await replaced.read();
      const last = lastPress(this.own, this.batch(), replaced);
      if (!last) return { removed: {}, restored: {}, labelled: this.labelled };
      if (last.unknown.length > 0) throw new Error(notUndone(last.unknown, replaced.path));
      const removed = Object.fromEntries(
        last.remove.map((image) => [image, { flag: this.own.get(image)?.flag ?? null }] as const),
      );
      if (last.remove.length > 0) {
        try {
          await this.around.engine.request('labels/remove', {
            ...this.engineAddress(),
            annotator: this.around.annotator(),
            images: last.remove,
          });
        } finally {
          this.saved();
        }
        for (const image of last.remove) this.setOwn(image, null);
      }
      if (last.restore.size > 0) await this.write(last.restore);
      return { removed, restored: Object.fromEntries(last.restore), labelled: this.labelled };
    });
  }

  /** Writes entries in the place of what is there. */
  private async write(entries: ReadonlyMap<string, LabelEntry>): Promise<void> {
    try {
      await this.around.engine.request('labels/add', {
        ...this.engineAddress(),
        annotator: this.around.annotator(),
        additions: [...entries].map(([image, entry]) => ({ image, entry })),
        overwrite: true,
        exact: true,
      });
    } finally {
      this.saved();
    }
    for (const [image, entry] of entries) this.setOwn(image, entry);
  }

  /** Something was written, or at least tried. */
  private saved(): void {
    this.saves++;
    this.lastSave = performance.now();
  }

  /** Takes over what is on the disk now for an image of the batch (null: no answer), and counts. */
  private setOwn(image: string, entry: LabelEntry | null): void {
    const isLabelled = () => this.labelsOf(image).size === 1; // what is disputed is no label
    const before = isLabelled();
    if (entry) this.own.set(image, entry);
    else this.own.delete(image);
    this.labelled += Number(isLabelled()) - Number(before);
  }

  /** What answers of the present annotator took the place of. */
  private replacedAnswers(): ReplacedAnswers {
    const annotator = this.around.annotator();
    const known = this.replaced.get(annotator) ?? new ReplacedAnswers(this.directory, annotator);
    this.replaced.set(annotator, known);
    return known;
  }

  dropUnsaved({ image }: LabellingMethods['dropUnsaved']['params']): null {
    this.unsaved.delete(image);
    this.around.changed();
    return null;
  }

  /** Switches the model's suggestions on or off. */
  suggest({ on }: LabellingMethods['suggest']['params']): null {
    this.suggestions.switch(on);
    return null;
  }

  async explainImage({ image }: LabellingMethods['explainImage']['params']): Promise<{ message: string }> {
    const { notMade } = this.pictures;
    if (notMade === null) return { message: await this.pictures.explain(image, this.imageFolder) };
    this.loadPictures();
    return { message: notMade };
  }

  /** Asks the engine for pictures where the images are rows of a csv file. */
  private loadPictures(): void {
    if (!this.dataset || !this.round || this.imageFolder !== null) return;
    const open = (image: string) => (this.own.has(image) ? 1 : 0);
    void this.pictures.load(this.batch().sort((a, b) => open(a) - open(b))); // stable: those to be answered first
  }

  private batch(): string[] {
    return this.round?.picks.map((pick) => pick.image) ?? [];
  }

  /** The different labels that an image of the batch was given. */
  private labelsOf(image: string): ReadonlySet<string> {
    const given = [this.own.get(image)?.label, ...(this.others.get(image) ?? []).map(({ label }) => label)];
    return new Set(given.filter((label) => typeof label === 'string'));
  }

  private checkReady(): void {
    if (this.paused !== null) throw new Error(this.paused);
  }

  private engineAddress() {
    return { workspace: this.address.workspace, dataset: this.address.dataset };
  }

  private inOrder<T>(work: () => Promise<T>): Promise<T> {
    this.working++;
    const result = this.queue.then(work).finally(() => this.working--);
    this.queue = result.catch(() => {});
    return result;
  }
}

const notUndone = (kept: readonly string[], path: string) =>
  l10n.t(
    'Nothing was undone: {0} does not tell what the answer to {1} took the place of; choose another answer instead.',
    isolated(path),
    kept.length === 1 ? isolated(kept[0]) : images(kept.length),
  );

function entryOf({ label, flag, seconds }: NewAnswer, at: string): LabelEntry {
  const took = Number.isFinite(seconds) ? Math.max(0, Math.round(seconds * 10) / 10) : 0;
  return {
    ...(label === null ? { skipped: true as const } : { label }),
    at,
    seconds: took,
    ...(flag === null ? {} : { flag }),
  };
}
