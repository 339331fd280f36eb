import type { LabellingMethods } from '../../src/shared/protocol/labelling';
import type { ExtensionHost } from '../common/extensionHost';
import type { Kept, LabellingModel } from './model';
import type { Selection } from './selection';
import type { Stopwatch } from './stopwatch';

/** What the parts of the page can ask for; every one is reached by key and by button. */
export interface Actions {
  /** Gives a class to the image shown, or to the selection in the grid; null skips, undefined accepts what is suggested. */
  answer(label: string | null | undefined): void;
  flag(): void;
  note(text: string): void;
  undo(): void;
  goTo(index: number): void;
  toggleGrid(): void;
  togglePixels(): void;
  /** Of the grid. */
  toggleCrop(): void;
  resize(cell: number): void;
  openImage(): void;
  suggest(on: boolean): void;
  retry(images: readonly string[]): void;
  discard(image: string): void;
  help(): void;
  /** Whether the picture of an image can be seen. */
  seen(image: string, visible: boolean): void;
  explain(image: string): Promise<string>;
  selectionChanged(): void;
  runRound(): void;
  showChart(): void;
  addClass(): void;
}

/** A part of the page: built once, brought up to date after every change. */
export interface Part {
  readonly root: HTMLElement;
  update(): void;
}

/** What actions work on. */
export interface Page {
  readonly model: LabellingModel;
  readonly host: ExtensionHost<LabellingMethods, Kept>;
  /** Of the grid. */
  readonly selection: Selection;
  readonly watch: Stopwatch;
  /** Ids of images whose picture can't be seen. */
  readonly invisible: Set<string>;
  /** To screen readers. */
  readonly say: (text: string) => void;
  /** Brings all parts up to date. */
  readonly update: () => void;
  /** The same for the buttons of the classes alone. */
  readonly updateAnswers: () => void;
  readonly focusContent: () => void;
  readonly help: () => void;
}
