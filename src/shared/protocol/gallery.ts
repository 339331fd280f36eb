import type { DatasetAddress } from './engine';
import type { LabellingMethods, UnsavedAnswer } from './labelling';

/** What the gallery's page and the extension say to each other (see `protocol/page.ts`). Images go by their number in the engine's list. */

/** In the place of the index of a class. */
export const NO_ANSWER = -1;
export const SKIPPED = -2;
/** Of others who don't agree. */
export const DIFFERENT = -3;
/** A class that the dataset does not have. */
export const UNKNOWN_CLASS = -4;

/** What people have answered, as columns: row i is about image `image[i]`. Classes by index, or one of the numbers above. */
export interface AnswerColumns {
  readonly image: readonly number[];
  /** This annotator's answers. */
  readonly own: readonly number[];
  /** What all others say. */
  readonly others: readonly number[];
  /** When this annotator answered, in milliseconds since 1970; 0: never. */
  readonly at: readonly number[];
  /** Of everybody the images that they gave a class. */
  readonly by: readonly { readonly annotator: string; readonly images: readonly number[] }[];
  /** Images whose label is a reviewed prediction. */
  readonly reviewed: readonly number[];
  /** This annotator's flags, by the number of the image. */
  readonly flags: Readonly<Record<number, string>>;
  /** The classes to which disputes were settled, by the number of the image. */
  readonly settled: Readonly<Record<number, number>>;
}

/** Something that the engine computes of all images. */
export interface Computed {
  readonly status: 'none' | 'loading' | 'ready' | 'failed';
  /** Why it can't be had, as a sentence. */
  readonly message: string | null;
  /** Another with each result: the page asks for the columns once. */
  readonly version: number;
}

/** Images that somebody asked to see, such as those of a cell of a confusion matrix. */
export interface ImageSet {
  /** Another with each asking: the page turns to it once. */
  readonly key: number;
  readonly title: string;
  readonly images: readonly string[];
  readonly sort: 'name' | 'suspicion';
  /** The one to begin with; null: the first. */
  readonly image: string | null;
}

/** Everything the page shows but the columns that it asks for. */
export interface GalleryState {
  readonly address: DatasetAddress;
  readonly annotator: string;
  readonly classes: readonly string[];
  /** Which images it is about; null while they are not known. */
  readonly digest: string | null;
  /** Why the images can't be listed, as a sentence. */
  readonly problem: string | null;
  readonly answers: AnswerColumns;
  readonly unsaved: Readonly<Record<string, UnsavedAnswer>>;
  readonly predictions: Computed;
  readonly suspicions: Computed;
  /** How like one image all are: `like`, by its id; null while nobody has asked. */
  readonly likeness: Computed;
  readonly like: string | null;
  /** Groups of images that look nearly the same. */
  readonly duplicates: Computed;
  /** Null where nobody asked for certain images. */
  readonly set: ImageSet | null;
  /** Why nothing can be answered now; null when all is well. */
  readonly paused: string | null;
  readonly notices: readonly string[];
  readonly texts: GalleryTexts;
}

/** What the page keeps over a reload. */
export interface KeptGallery {
  readonly address: DatasetAddress;
  readonly filter: string;
  readonly sort: string;
  readonly text: string;
  readonly size: number;
  /** Key of the set that it last turned to. */
  readonly set: number | null;
  /** Id of the image with the focus. */
  readonly image: string | null;
  /** Whether it is shown large. */
  readonly large: boolean;
}

/** Methods of the page. One that fails rejects with a sentence, and what is on the disk is as before. */
export interface GalleryMethods extends Pick<LabellingMethods, 'undo' | 'dropUnsaved' | 'explainImage' | 'addClass'> {
  /** Saves answers of one press; undone together. `gone`: images whose file has vanished meanwhile; what was said of them is saved. */
  answer: {
    params: LabellingMethods['answer']['params'];
    result: LabellingMethods['answer']['result'] & { gone: readonly string[] };
  };
  /** Flags answered images, or takes their flags away (null). */
  flag: {
    params: { images: readonly string[]; flag: string | null };
    result: Pick<LabellingMethods['answer']['result'], 'entries'>;
  };
  /** Every image by its number; `test`: numbers of the test images, which are never labelled. */
  images: {
    params: Record<string, never>;
    result: { digest: string; ids: readonly string[]; test: readonly number[] };
  };
  predictions: {
    params: Record<string, never>;
    result: { digest: string; predicted: readonly number[]; probability: readonly number[] };
  };
  /** Computes how suspicious labels are; the state tells when the columns are there. */
  suspect: { params: Record<string, never>; result: null };
  suspicions: {
    params: Record<string, never>;
    result: { digest: string; images: readonly number[]; suspicion: readonly number[] };
  };
  /** Computes how like an image all are, and which look nearly the same; the state tells when the columns are there. */
  liken: { params: { image: string }; result: null };
  likeness: { params: Record<string, never>; result: { digest: string; likeness: readonly number[] } };
  compare: { params: Record<string, never>; result: null };
  duplicates: { params: Record<string, never>; result: { digest: string; groups: readonly (readonly number[])[] } };
  /** Pictures of what the model is fed of an image, and by the names of which encoders. */
  seen: {
    params: { image: string };
    result: { pictures: readonly { uri: string; by: readonly string[]; width: number; height: number }[] };
  };
  /** Addresses of small pictures; null for those that can't be shown. */
  thumbnails: { params: { images: readonly string[] }; result: { uris: readonly (string | null)[] } };
  /** Address of the whole picture. */
  picture: { params: { image: string }; result: { uri: string | null } };
  /** Opens the original in the editor. */
  openImage: { params: { image: string }; result: null };
  revealImage: { params: { image: string }; result: null };
}

/** Every text of the page, translated by the extension; {0}, {1} … are filled in by the page. */
export type GalleryTexts = Readonly<Record<GalleryText, string>>;
export type GalleryText =
  | 'images'
  | 'shown'
  | 'loading'
  | 'nothing'
  | 'showAll'
  | 'show'
  | 'sort'
  | 'find'
  | 'size'
  | 'smaller'
  | 'larger'
  | 'help'
  | 'close'
  | 'filterAll'
  | 'filterUnlabelled'
  | 'filterLabelled'
  | 'filterWrong'
  | 'filterDisputed'
  | 'filterReview'
  | 'filterReviewed'
  | 'filterDuplicates'
  | 'filterBy'
  | 'filterSkipped'
  | 'filterFlagged'
  | 'filterTest'
  | 'filterLabel'
  | 'filterPredicted'
  | 'sortName'
  | 'sortTime'
  | 'sortConfidence'
  | 'sortSuspicion'
  | 'sortSure'
  | 'sortSimilar'
  | 'likeImage'
  | 'comparing'
  | 'accept'
  | 'acceptMany'
  | 'accepted'
  | 'nothingToAccept'
  | 'selectAll'
  | 'reviewGroup'
  | 'reviewAll'
  | 'flagged'
  | 'unflagged'
  | 'flagNeedsAnswer'
  | 'gone'
  | 'statusReviewed'
  | 'statusDuplicate'
  | 'moreLikeThis'
  | 'seen'
  | 'seenBy'
  | 'predictionsNone'
  | 'predictionsLoading'
  | 'suspicionsLoading'
  | 'predicted'
  | 'statusOpen'
  | 'statusSaving'
  | 'statusSkipped'
  | 'statusUnsaved'
  | 'statusDisputed'
  | 'statusUnknown'
  | 'statusFlagged'
  | 'statusTest'
  | 'statusSuspicious'
  | 'classes'
  | 'addClass'
  | 'helpAddClass'
  | 'filterClasses'
  | 'moreClasses'
  | 'noClassFits'
  | 'skip'
  | 'undo'
  | 'selection'
  | 'selectionHint'
  | 'position'
  | 'paused'
  | 'saved'
  | 'savedMany'
  | 'skipped'
  | 'undone'
  | 'undoneMany'
  | 'nothingToUndo'
  | 'notSaved'
  | 'unsavedCount'
  | 'retry'
  | 'discard'
  | 'testNotLabelled'
  | 'unseenNotLabelled'
  | 'large'
  | 'back'
  | 'previous'
  | 'next'
  | 'zoomIn'
  | 'zoomOut'
  | 'fit'
  | 'openImage'
  | 'revealImage'
  | 'pictureMissing'
  | 'helpTitle'
  | 'helpClasses'
  | 'helpFilter'
  | 'helpUndo'
  | 'helpSkip'
  | 'helpSelect'
  | 'helpRange'
  | 'helpAll'
  | 'helpBand'
  | 'helpLarge'
  | 'helpZoom'
  | 'helpOpen'
  | 'helpSize'
  | 'helpAccept'
  | 'helpFlag'
  | 'helpSeen'
  | 'helpSimilar'
  | 'helpFind'
  | 'helpBack'
  | 'helpSaved';
