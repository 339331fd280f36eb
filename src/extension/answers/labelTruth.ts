import { isDeepStrictEqual } from 'node:util';
import { l10n } from 'vscode';
import { pairsNamedAlike } from '../../shared/namesAlike';
import type { DatasetFile } from '../../shared/schema/dataset';
import type { LabelEntry } from '../../shared/schema/labels';
import { AnswersSoFar } from '../../shared/workspace/labels';
import { JsonFiles, problemText } from '../datasets/jsonFile';
import { readSettlements } from '../datasets/settlements';
import { isolated } from '../text';
import { type DatasetFiles, imageFolder } from './datasetFiles';
import { LabelFolder } from './labelFolder';

/** What the files say of a dataset's answers, as last read, and what has been saved since. What is on the disk is the truth. */
export class LabelTruth<F extends DatasetFiles = DatasetFiles> {
  protected readonly answers = new AnswersSoFar();
  /** Whose answers are `own`. */
  protected annotator = '';
  private readonly folder: LabelFolder;
  private readonly settlementFiles = new JsonFiles();
  private datasetFile: DatasetFile | null = null;
  /** Own answers as they were before their file was damaged; null while it is none. */
  private kept: Map<string, LabelEntry> | null = null;
  private reason: string | null = null;
  private othersProblems: readonly string[] = [];
  /** Readings that were begun, and the newest that was taken over. */
  private begun = 0;
  private taken = 0;

  constructor(
    private readonly directory: string,
    protected readonly files: F,
  ) {
    this.folder = new LabelFolder(directory);
  }

  get dataset(): DatasetFile | null {
    return this.datasetFile;
  }

  /** Image → this annotator's answer. */
  get own(): ReadonlyMap<string, LabelEntry> {
    return this.kept ?? this.answers.by(this.annotator);
  }

  /** The images whose presses follow each other, and are taken back. */
  get images(): readonly string[] {
    return [...this.own.keys()];
  }

  /** Images of the dataset with a label on which all agree, as training counts them. */
  get labelled(): number {
    return this.answers.labelled;
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
   * Reads the files again. Tells whether anything has become another; null when `isOutdated` says in the end that something was
   * saved meanwhile, which may be missing in what was read: then all stays as it was.
   */
  async read(annotator: string, isOutdated: () => boolean): Promise<boolean | null> {
    const before = this.told();
    const turn = ++this.begun;
    let changed = false;
    try {
      const dataset = await this.files.readDataset();
      const takeOver = await this.readMore();
      const { files, problems } = await this.folder.read();
      const settled = await readSettlements(this.directory, dataset.classes, this.settlementFiles);
      if (isOutdated()) return null;
      if (turn < this.taken) return false; // one that began later has been quicker
      this.taken = turn;
      this.datasetFile = dataset;
      takeOver();
      this.reason = problems.get(annotator) ?? null;
      this.othersProblems = [
        ...[...problems].filter(([name]) => name !== annotator).map(([, problem]) => problem),
        ...settled.problems.map(problemText),
        ...namedAlike([...files.keys()]),
      ];
      this.kept = this.reason === null ? null : (this.kept ?? new Map(this.own));
      for (const name of new Set([...this.answers.annotators, ...files.keys()])) {
        const isAnother = this.answers.replace(name, files.get(name) ?? null);
        if (isAnother && this.isSeen(name, annotator)) changed = true;
      }
      if (this.answers.settle(settled.settlements)) changed = true;
      this.sort(annotator);
    } catch (error) {
      this.reason = (error as Error).message;
    }
    this.annotator = annotator;
    // our own writing comes back as a change of the files, of which the page knows
    return changed || !isDeepStrictEqual(before, this.told());
  }

  /** Whether an answer to this image is a second one, which is no label. */
  isAskedAgain(_image: string): boolean {
    return false;
  }

  /** Takes over what was saved for an image; null: its answer was taken away. */
  save(image: string, entry: LabelEntry | null): void {
    this.answers.set(this.annotator, image, entry);
    if (entry) this.kept?.set(image, entry);
    else this.kept?.delete(image);
  }

  /** Reads what else there is, and returns how to take it over. */
  protected async readMore(): Promise<() => void> {
    return () => {};
  }

  /** Whether all answers of `name` are shown, so that a change of any is news. */
  protected isSeen(_name: string, _annotator: string): boolean {
    return true;
  }

  /** Puts what was read into the form that is shown. */
  protected sort(_annotator: string): void {}

  /** What is compared to find out whether anything has become another. */
  protected told(): unknown[] {
    return [this.annotator, this.datasetFile, this.labelled, this.reason, this.othersProblems];
  }
}

/** A sentence for annotators whose names differ by case alone: on many systems their files would be one. */
function namedAlike(annotators: readonly string[]): string[] {
  return pairsNamedAlike(annotators).map(([one, other]) =>
    l10n.t(
      'The annotators {0} and {1} differ only in upper and lower case, which other systems take for the same; rename one of their label files.',
      isolated(one),
      isolated(other),
    ),
  );
}
