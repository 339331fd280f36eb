import { isDeepStrictEqual } from 'node:util';
import type { OthersAnswer } from '../../shared/protocol/labelling';
import type { DatasetFile } from '../../shared/schema/dataset';
import type { LabelEntry } from '../../shared/schema/labels';
import type { RoundFile } from '../../shared/schema/round';
import { AnswersSoFar } from '../../shared/workspace/labels';
import { BatchFiles, imageFolder } from './batchFiles';
import { LabelFolder } from './labelFolder';

const NONE: ReadonlyMap<string, LabelEntry> = new Map();

/** What the files say of a batch, as last read, and what has been saved since. What is on the disk is the truth. */
export class Truth {
  private readonly files: BatchFiles;
  private readonly folder: LabelFolder;
  private readonly answers = new AnswersSoFar();
  private datasetFile: DatasetFile | null = null;
  private roundFile: RoundFile | null = null;
  /** Whose answers are `own`. */
  private annotator = '';
  /** Own answers as they were before their file was damaged; null while it is none. */
  private kept: Map<string, LabelEntry> | null = null;
  private reason: string | null = null;
  private others: ReadonlyMap<string, readonly OthersAnswer[]> = new Map();
  private othersProblems: readonly string[] = [];

  constructor(
    private readonly directory: string,
    round: number,
  ) {
    this.files = new BatchFiles(directory, round);
    this.folder = new LabelFolder(directory);
  }

  get dataset(): DatasetFile | null {
    return this.datasetFile;
  }

  get round(): RoundFile | null {
    return this.roundFile;
  }

  /** The images asked for, in this order. */
  get batch(): string[] {
    return this.roundFile?.picks.map((pick) => pick.image) ?? [];
  }

  /** Image → this annotator's answer, also of images that are not of the batch. */
  get own(): ReadonlyMap<string, LabelEntry> {
    return this.kept ?? this.answers.by(this.annotator);
  }

  /** Images of the batch → answers of everybody else. */
  get answersOfOthers(): ReadonlyMap<string, readonly OthersAnswer[]> {
    return this.others;
  }

  /** Images of the dataset with a label on which all agree, as training counts them. */
  get labelled(): number {
    return this.answers.labelled;
  }

  /** Whether there is nothing left to answer, and nothing that is in the way of answering. */
  get allAnswered(): boolean {
    const { batch, own } = this;
    return this.reason === null && batch.length > 0 && batch.every((image) => own.has(image) || this.others.has(image));
  }

  /** Why nothing can be answered now; null when all is well. */
  get paused(): string | null {
    return this.reason;
  }

  /** What is wrong with the files of others. */
  get notices(): readonly string[] {
    return this.othersProblems;
  }

  /** Folder of the images, for the webview's roots; null while unknown, or where the cache holds the pictures. */
  get imageFolder(): string | null {
    return this.datasetFile && imageFolder(this.directory, this.datasetFile);
  }

  /** Finds out where the images lie, ahead of `read`, which also says what is wrong when that can't be known. */
  async findImages(): Promise<void> {
    this.datasetFile ??= await this.files.readDataset().catch(() => null);
  }

  /**
   * Reads the files again. Tells whether anything of the batch has become another; null when `isOutdated` says in the end that
   * something was saved meanwhile, which may be missing in what was read: then all stays as it was.
   */
  async read(annotator: string, isOutdated: () => boolean): Promise<boolean | null> {
    const before = this.told();
    let ownChanged = false;
    try {
      const dataset = await this.files.readDataset();
      const round = await this.files.readRound();
      const { files, problems } = await this.folder.read({ annotator, entries: this.own });
      if (isOutdated()) return null;
      this.datasetFile = dataset;
      this.roundFile = round;
      this.reason = problems.get(annotator) ?? null;
      this.othersProblems = [...problems].filter(([name]) => name !== annotator).map(([, problem]) => problem);
      this.kept = this.reason === null ? null : (this.kept ?? new Map(this.own));
      for (const name of new Set([...this.answers.annotators, ...files.keys()])) {
        const changed = this.answers.replace(name, files.get(name) ?? NONE);
        if (name === annotator) ownChanged = changed;
      }
      this.others = this.othersOf(annotator);
    } catch (error) {
      this.reason = (error as Error).message;
    }
    this.annotator = annotator;
    // our own writing comes back as a change of the files, of which the page knows
    return ownChanged || !isDeepStrictEqual(before, this.told());
  }

  /** Takes over what was saved for an image; null: its answer was taken away. */
  save(image: string, entry: LabelEntry | null): void {
    this.answers.set(this.annotator, image, entry);
    if (entry) this.kept?.set(image, entry);
    else this.kept?.delete(image);
  }

  private othersOf(annotator: string): ReadonlyMap<string, readonly OthersAnswer[]> {
    const others = this.batch.map((image): [string, OthersAnswer[]] => {
      const given = this.answers.to(image).filter((answer) => answer.annotator !== annotator);
      return [image, given.map((answer) => ({ annotator: answer.annotator, label: answer.label ?? null }))];
    });
    return new Map(others.filter(([, given]) => given.length > 0));
  }

  private told() {
    const { annotator, datasetFile, roundFile, others, labelled, reason, othersProblems } = this;
    return { annotator, datasetFile, roundFile, others, labelled, reason, othersProblems };
  }
}
