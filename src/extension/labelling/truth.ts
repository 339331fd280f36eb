import { l10n } from 'vscode';
import type { OthersAnswer } from '../../shared/protocol/labelling';
import type { LabelEntry } from '../../shared/schema/labels';
import type { RoundFile } from '../../shared/schema/round';
import { LabelTruth } from '../answers/labelTruth';
import { isolated } from '../text';
import { AskedAgain } from './askedAgain';
import { BatchFiles } from './batchFiles';

/** What the files say of a batch, as last read, and what has been saved since. */
export class Truth extends LabelTruth<BatchFiles> {
  private roundFile: RoundFile | null = null;
  private others: ReadonlyMap<string, readonly OthersAnswer[]> = new Map();
  private readonly askedAgain: AskedAgain;

  constructor(directory: string, round: number) {
    super(directory, new BatchFiles(directory, round));
    this.askedAgain = new AskedAgain(directory);
  }

  get round(): RoundFile | null {
    return this.roundFile;
  }

  /** The images that are shown. */
  get batch(): string[] {
    return this.shown.map((pick) => pick.image);
  }

  /** The images asked for, in this order, but for those that are gone; and among them those that this annotator is asked again. */
  get shown(): RoundFile['picks'] {
    const gone = new Set(this.dataset?.gone);
    return this.askedAgain.among(this.roundFile?.picks ?? []).filter(({ image }) => !gone.has(image));
  }

  override get own(): ReadonlyMap<string, LabelEntry> {
    return this.askedAgain.answersOver(super.own, () => this.batch);
  }

  override isAskedAgain(image: string): boolean {
    return this.askedAgain.has(image);
  }

  override save(image: string, entry: LabelEntry | null): void {
    if (this.isAskedAgain(image)) this.askedAgain.save(image, entry);
    else super.save(image, entry);
  }

  override get images(): readonly string[] {
    return this.batch;
  }

  /** Images of the batch → answers of everybody else. */
  get answersOfOthers(): ReadonlyMap<string, readonly OthersAnswer[]> {
    return this.others;
  }

  /** Whether there is nothing left to answer, and nothing that is in the way of answering. */
  get allAnswered(): boolean {
    const { own } = this;
    const picks = this.roundFile?.picks ?? [];
    const isDone = ({ image, everybody }: RoundFile['picks'][number]) =>
      own.has(image) || (!everybody && this.others.has(image));
    return this.paused === null && picks.length > 0 && picks.every(isDone) && this.askedAgain.allAnswered;
  }

  protected override async readMore(): Promise<() => void> {
    const round = await this.files.readRound();
    const takeOver = await this.askedAgain.read();
    return () => {
      this.roundFile = round;
      takeOver();
    };
  }

  /** Of others only the answers to the batch are shown. */
  protected override isSeen(name: string, annotator: string): boolean {
    return name === annotator;
  }

  protected override sort(annotator: string): void {
    this.askedAgain.sort(annotator, this.roundFile, this.answers.by(annotator));
    // beside an image that is asked again they would give it away
    const others = this.batch.map((image): [string, OthersAnswer[]] => {
      if (this.isAskedAgain(image)) return [image, []];
      const given = this.answers.to(image).filter((answer) => answer.annotator !== annotator);
      return [image, given.map((answer) => ({ annotator: answer.annotator, label: answer.label ?? null }))];
    });
    this.others = new Map(others.filter(([, given]) => given.length > 0));
  }

  /** Also answers of the batch whose class the dataset has no more: another window, or git, has changed the classes. */
  override get notices(): readonly string[] {
    const classes = new Set(this.dataset?.classes);
    const { own } = this;
    const isKnown = (label: string | undefined) => label === undefined || classes.has(label);
    const unknown = this.batch.find((image) => !isKnown(own.get(image)?.label));
    const notices = [...super.notices, ...this.askedAgain.notices];
    if (unknown === undefined || classes.size === 0) return notices;
    const text = l10n.t(
      '{0} has the answer "{1}", which is no class of the dataset any more; answer anew, or Edit Classes… to take it in.',
      isolated(unknown),
      isolated(own.get(unknown)?.label ?? ''),
    );
    return [...notices, text];
  }

  protected override told(): unknown[] {
    return [...super.told(), this.roundFile, this.others, ...this.askedAgain.told()];
  }
}
