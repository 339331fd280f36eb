import type { LabelEntry } from '../../shared/schema/labels';
import type { Repeat, RoundFile } from '../../shared/schema/round';
import { placeIn, places } from '../../shared/workspace/paths';
import { type FolderLabels, LabelFolder } from '../answers/labelFolder';

type Answers = ReadonlyMap<string, LabelEntry>;

/**
 * The images of a round that its annotator is asked again, as if they were new: their first answer is not shown, and what is said now
 * goes into a file of its own.
 */
export class AskedAgain {
  private readonly folder: LabelFolder;
  private files: FolderLabels = { files: new Map(), problems: new Map() };
  private repeats: readonly Repeat[] = [];
  private answers = new Map<string, LabelEntry>();
  private problem: string | null = null;

  constructor(directory: string) {
    this.folder = new LabelFolder(placeIn(directory, places.repeats));
  }

  get allAnswered(): boolean {
    return this.repeats.every(({ image }) => this.answers.has(image));
  }

  get notices(): readonly string[] {
    return this.problem === null ? [] : [this.problem];
  }

  has(image: string): boolean {
    return this.repeats.some((repeat) => repeat.image === image);
  }

  /** The picks with these images in their places. */
  among(picks: RoundFile['picks']): RoundFile['picks'] {
    const shown = [...picks];
    for (const { place, image, score, reason } of [...this.repeats].sort((a, b) => b.place - a.place))
      shown.splice(place, 0, { image, score, reason });
    return shown;
  }

  /** A person's labels, but of these images what was said now; where there are any, of the images of the batch alone. */
  answersOver(labels: Answers, batch: () => readonly string[]): Answers {
    if (this.repeats.length === 0) return labels;
    return new Map(
      batch().flatMap((image): [string, LabelEntry][] => {
        const entry = (this.has(image) ? this.answers : labels).get(image);
        return entry ? [[image, entry]] : [];
      }),
    );
  }

  save(image: string, entry: LabelEntry | null): void {
    if (entry) this.answers.set(image, entry);
    else this.answers.delete(image);
  }

  /** Reads what people said the second time, and returns how to take it over. */
  async read(): Promise<() => void> {
    const files = await this.folder.read();
    return () => {
      this.files = files;
    };
  }

  /** What a round asks of this annotator again. Whose file is damaged is asked nothing, since nothing could be saved. */
  sort(annotator: string, round: RoundFile | null, first: Answers): void {
    this.problem = this.files.problems.get(annotator) ?? null;
    const asked = round?.repeats?.filter((repeat) => repeat.annotator === annotator && first.has(repeat.image)) ?? [];
    this.repeats = this.problem === null ? asked : [];
    const given = this.files.files.get(annotator)?.entries;
    this.answers = new Map(
      this.repeats.flatMap(({ image }): [string, LabelEntry][] => {
        const entry = given?.get(image);
        return entry ? [[image, entry]] : [];
      }),
    );
  }

  /** What is compared to find out whether anything has become another. */
  told(): unknown[] {
    return [this.repeats, new Map(this.answers), this.problem];
  }
}
