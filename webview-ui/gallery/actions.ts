import type { GalleryMethods, KeptGallery } from '../../src/shared/protocol/gallery';
import type { ExtensionHost } from '../common/extensionHost';
import type { GalleryModel } from './model';

/** What the parts of the page can ask for; every one is reached by key and by mouse. */
export interface Actions {
  /** Gives a class to what is selected, or to the image with the focus; null skips, undefined accepts what the model says. */
  answer(label: string | null | undefined): void;
  /** Flags them, or takes the flags away. */
  flag(): void;
  undo(): void;
  retry(): void;
  discard(): void;
  show(change: Partial<Pick<GalleryModel, 'filter' | 'sort' | 'text'>>): void;
  /** Those most like the image with the focus first. */
  liken(): void;
  selectAll(): void;
  resize(size: number): void;
  goTo(position: number): void;
  /** One image large, or all again. */
  enlarge(large: boolean): void;
  openImage(): void;
  revealImage(): void;
  addClass(): void;
  help(): void;
  selectionChanged(): void;
  /** Whether the picture of an image can be seen. */
  seen(image: number, isVisible: boolean): void;
}

/** A part of the page: built once, brought up to date after every change. */
export interface Part {
  readonly root: HTMLElement;
  update(): void;
}

export type Host = ExtensionHost<GalleryMethods, KeptGallery>;

/** What actions work on. */
export interface Page {
  readonly model: GalleryModel;
  readonly host: Host;
  /** To screen readers. */
  readonly say: (text: string) => void;
  /** Tells of something that failed, to everybody. */
  readonly complain: (text: string | null) => void;
  /** Brings all parts up to date. */
  readonly update: () => void;
  /** Puts the image with the focus in sight, and the focus on the images. */
  readonly focusContent: () => void;
  readonly help: () => void;
}
