import { l10n } from 'vscode';
import type { OthersAnswer } from '../../shared/protocol/labelling';
import type { RoundFile } from '../../shared/schema/round';
import { LabelTruth } from '../answers/labelTruth';
import { isolated } from '../text';
import { BatchFiles } from './batchFiles';

/** What the files say of a batch, as last read, and what has been saved since. */
export class Truth extends LabelTruth<BatchFiles> {
  private roundFile: RoundFile | null = null;
  private others: ReadonlyMap<string, readonly OthersAnswer[]> = new Map();

  constructor(directory: string, round: number) {
    super(directory, new BatchFiles(directory, round));
  }

  get round(): RoundFile | null {
    return this.roundFile;
  }

  /** The images asked for, in this order, but for those that are gone. */
  get batch(): string[] {
    return this.picks.map((pick) => pick.image);
  }

  get picks(): RoundFile['picks'] {
    const gone = new Set(this.dataset?.gone);
    return this.roundFile?.picks.filter(({ image }) => !gone.has(image)) ?? [];
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
    return this.paused === null && picks.length > 0 && picks.every(isDone);
  }

  protected override async readMore(): Promise<() => void> {
    const round = await this.files.readRound();
    return () => {
      this.roundFile = round;
    };
  }

  /** Of others only the answers to the batch are shown. */
  protected override isSeen(name: string, annotator: string): boolean {
    return name === annotator;
  }

  protected override sort(annotator: string): void {
    const others = this.batch.map((image): [string, OthersAnswer[]] => {
      const given = this.answers.to(image).filter((answer) => answer.annotator !== annotator);
      return [image, given.map((answer) => ({ annotator: answer.annotator, label: answer.label ?? null }))];
    });
    this.others = new Map(others.filter(([, given]) => given.length > 0));
  }

  /** Also answers of the batch whose class the dataset has no more: another window, or git, has changed the classes. */
  override get notices(): readonly string[] {
    const classes = new Set(this.dataset?.classes);
    const unknown = this.batch.find((image) => !this.isKnown(image, classes));
    if (unknown === undefined || classes.size === 0) return super.notices;
    const text = l10n.t(
      '{0} has the answer "{1}", which is no class of the dataset any more; answer anew, or Edit Classes… to take it in.',
      isolated(unknown),
      isolated(this.own.get(unknown)?.label ?? ''),
    );
    return [...super.notices, text];
  }

  private isKnown(image: string, classes: ReadonlySet<string>): boolean {
    const label = this.own.get(image)?.label;
    return label === undefined || classes.has(label);
  }

  protected override told(): unknown[] {
    return [...super.told(), this.roundFile, this.others];
  }
}
