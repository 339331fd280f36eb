import { l10n } from 'vscode';
import { type AnswerColumns, DIFFERENT, NO_ANSWER, SKIPPED, UNKNOWN_CLASS } from '../../shared/protocol/gallery';
import { REVIEWED } from '../../shared/reviewed';
import { DatasetFiles } from '../answers/datasetFiles';
import { LabelTruth } from '../answers/labelTruth';
import { isolated, numberText } from '../text';

/** What the files say of all answers to a dataset. */
export class GalleryTruth extends LabelTruth {
  constructor(directory: string) {
    super(directory, new DatasetFiles(directory));
  }

  /** The answers as columns. `numberOf`: an image's number; undefined for one that is no image of the dataset any more. */
  columns(numberOf: (image: string) => number | undefined): AnswerColumns {
    const image: number[] = [];
    const own: number[] = [];
    const others: number[] = [];
    const flags: Record<number, string> = {};
    const settled: Record<number, number> = {};
    const at: number[] = [];
    const classOf = this.classNumbers();
    const mine = this.own;
    for (const id of new Set([...this.answers.answered, ...mine.keys()])) {
      const number = numberOf(id);
      if (number === undefined) continue;
      const entry = mine.get(id);
      image.push(number);
      own.push(entry ? classOf(entry.label) : NO_ANSWER);
      others.push(this.saidByOthers(id, classOf));
      if (entry?.flag !== undefined) flags[number] = entry.flag;
      const agreed = this.answers.settledTo(id);
      if (agreed !== undefined) settled[number] = classOf(agreed);
      at.push(entry ? Date.parse(entry.at) : 0);
    }
    return { image, own, others, ...this.givenBy(numberOf), flags, settled, at };
  }

  /** Who labelled what, and which labels are reviewed predictions. */
  private givenBy(numberOf: (image: string) => number | undefined): Pick<AnswerColumns, 'by' | 'reviewed'> {
    const asked = new Set<number>();
    const reviewed = new Set<number>();
    const by = this.answers.annotators.sort().map((annotator) => {
      const images: number[] = [];
      for (const [id, { label, source }] of annotator === this.annotator ? this.own : this.answers.by(annotator)) {
        const number = numberOf(id);
        if (number === undefined || label === undefined) continue;
        images.push(number);
        (source === REVIEWED ? reviewed : asked).add(number);
      }
      return { annotator, images };
    });
    return { by, reviewed: [...reviewed].filter((number) => !asked.has(number)) };
  }

  /** A sentence where labels have a class that the dataset does not have: another window, or git, has changed the classes. */
  get unknownClasses(): string | null {
    const known = new Set(this.dataset?.classes);
    let labels = 0;
    let first: { readonly image: string; readonly label: string } | null = null;
    if (known.size === 0) return null;
    for (const image of this.answers.answered)
      for (const { label } of this.answers.to(image)) {
        if (label === undefined || known.has(label)) continue;
        labels++;
        first ??= { image, label };
      }
    if (!first) return null;
    return l10n.t(
      '{0} labels have a class that the dataset does not have, such as "{1}" of {2}; Edit Classes… takes them in or gives them another class.',
      numberText(labels),
      isolated(first.label),
      isolated(first.image),
    );
  }

  /** What all others say: the class on which they agree, or which of the numbers besides. A skip never outweighs a label. */
  private saidByOthers(image: string, classOf: (label: string | undefined) => number): number {
    let said = NO_ANSWER;
    for (const { annotator, label } of this.answers.to(image)) {
      if (annotator === this.annotator) continue;
      const given = classOf(label);
      if (said === NO_ANSWER || said === SKIPPED) said = given;
      else if (given !== SKIPPED && given !== said) return DIFFERENT;
    }
    return said;
  }

  private classNumbers(): (label: string | undefined) => number {
    const numbers = new Map(this.dataset?.classes.map((name, i) => [name, i]));
    return (label) => (label === undefined ? SKIPPED : (numbers.get(label) ?? UNKNOWN_CLASS));
  }
}
