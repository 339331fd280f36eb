import type { REVIEWED } from '../reviewed';
import type { LabelEntry } from '../schema/labels';

/** What the labelling panel's page and the extension say to each other (see `protocol/page.ts`). */

/** The flag of an image that was flagged without a note: a flag is never empty, so that a csv file can hold it. */
export const PLAIN_FLAG = 'flagged';

/** Which batch a panel shows; the page keeps it, so that the panel can be made again after a reload. */
export interface BatchAddress {
  readonly workspace: string;
  readonly dataset: string;
  readonly round: number;
}

export interface BatchImage {
  /** Its id: path relative to the dataset, '/' separators. */
  readonly id: string;
  /** Null while the picture is still being made, or can't be. */
  readonly uri: string | null;
  readonly score: number | null;
  /** Why the strategy picked it. */
  readonly reason: string;
  /** Whether it waits for everybody's answer, whoever has answered it. */
  readonly everybody: boolean;
}

/** An answer that could not be saved. It is on no disk; the page offers to try again. */
export interface UnsavedAnswer {
  readonly label: string | null;
  readonly flag: string | null;
  readonly seconds: number;
  readonly replace: boolean;
  readonly source?: typeof REVIEWED;
  /** One sentence: why, and what to do. */
  readonly message: string;
}

export interface OthersAnswer {
  readonly annotator: string;
  /** Null for a skip. */
  readonly label: string | null;
}

export interface Suggestion {
  readonly label: string;
  readonly probability: number;
}

/** Suggestions of the model: off at first, because they bias people. */
export interface Suggestions {
  readonly status: 'off' | 'loading' | 'on' | 'failed';
  /** Why they can't be had. */
  readonly message: string | null;
  readonly items: Readonly<Record<string, Suggestion>>;
}

/** An image that the page is asked to show. */
export interface ShownImage {
  readonly image: string;
  /** Differs with every time of asking: whole states come again and again, and the page goes there once. */
  readonly asked: string;
}

/** Everything the page shows. Records are keyed by image id. */
export interface LabellingState {
  readonly address: BatchAddress;
  readonly annotator: string;
  readonly strategy: string;
  readonly classes: readonly string[];
  /** The batch in the order of asking. */
  readonly images: readonly BatchImage[];
  /** This annotator's answers, as they are on the disk. */
  readonly answers: Readonly<Record<string, LabelEntry>>;
  readonly others: Readonly<Record<string, readonly OthersAnswer[]>>;
  readonly unsaved: Readonly<Record<string, UnsavedAnswer>>;
  /** Images with a label in the whole dataset, by anybody, and training images in all. */
  readonly labelled: number;
  readonly pool: number;
  readonly suggestions: Suggestions;
  /** Whether an answer brings the next image. */
  readonly autoAdvance: boolean;
  /** Null where nobody asked for a certain image. */
  readonly show: ShownImage | null;
  /** Why nothing can be answered now (a file was damaged …); null when all is well. */
  readonly paused: string | null;
  /** What else a person should know; nothing stops for it. */
  readonly notices: readonly string[];
  readonly texts: LabellingTexts;
}

/** One answer of a press: a class, or null for a skip. */
export interface NewAnswer {
  readonly image: string;
  readonly label: string | null;
  readonly flag: string | null;
  /** Seconds from seeing the image to the answer. */
  readonly seconds: number;
  /** Whether the page showed an answer of this annotator that this one is to take the place of. */
  readonly replace: boolean;
  /** Set where a prediction of the model was looked over. */
  readonly source?: typeof REVIEWED;
}

/** How many images of the dataset have a label of anybody, after a method was done. */
export interface LabelledCount {
  readonly labelled: number;
}

/**
 * Methods of the page. One that fails rejects with a sentence, and what is on the disk is as before. The result of one
 * that saves holds everything that has become another by it: no whole state follows.
 */
export interface LabellingMethods {
  /** Saves answers of one press; undone together. When it is answered they are on the disk. */
  answer: {
    params: { answers: readonly NewAnswer[] };
    result: { entries: Readonly<Record<string, LabelEntry>> } & LabelledCount;
  };
  /** Flags an answered image, or takes the flag away (null). */
  flag: { params: { image: string; flag: string | null }; result: { entry: LabelEntry } };
  /** Takes back the last press. `removed`: images and their flags, which would be lost otherwise. */
  undo: {
    params: Record<string, never>;
    result: {
      removed: Readonly<Record<string, { readonly flag: string | null }>>;
      restored: Readonly<Record<string, LabelEntry>>;
    } & LabelledCount;
  };
  /** Forgets an answer that could not be saved. */
  dropUnsaved: { params: { image: string }; result: null };
  suggest: { params: { on: boolean }; result: null };
  /** Why a picture can't be shown. */
  explainImage: { params: { image: string }; result: { message: string } };
  /** Opens the original in the editor. */
  openImage: { params: { image: string }; result: null };
  /** Trains and asks for the next batch. */
  runRound: { params: Record<string, never>; result: null };
  showChart: { params: Record<string, never>; result: null };
  /** Asks for the name of a class and adds it; the state that follows has it. */
  addClass: { params: Record<string, never>; result: null };
}

/** Every text of the page, translated by the extension; {0}, {1} … are filled in by the page. */
export type LabellingTexts = Readonly<Record<LabellingText, string>>;
export type LabellingText =
  | 'batchTitle'
  | 'progress'
  | 'progressBatch'
  | 'progressPool'
  | 'position'
  | 'imageAlt'
  | 'why'
  | 'score'
  | 'classes'
  | 'addClass'
  | 'helpAddClass'
  | 'filterClasses'
  | 'moreClasses'
  | 'noClassFits'
  | 'undo'
  | 'skip'
  | 'flag'
  | 'note'
  | 'noteHint'
  | 'flagWaits'
  | 'previous'
  | 'next'
  | 'view'
  | 'grid'
  | 'single'
  | 'pixels'
  | 'crop'
  | 'smaller'
  | 'larger'
  | 'openImage'
  | 'accept'
  | 'accepted'
  | 'nothingSuggested'
  | 'suggestions'
  | 'suggestionsHint'
  | 'suggestionsLoading'
  | 'suggested'
  | 'help'
  | 'close'
  | 'strip'
  | 'statusOpen'
  | 'statusSaving'
  | 'statusSkipped'
  | 'statusUnsaved'
  | 'statusFlagged'
  | 'statusOthers'
  | 'statusConflict'
  | 'saved'
  | 'savedMany'
  | 'skipped'
  | 'undone'
  | 'undoneMany'
  | 'flagged'
  | 'unflagged'
  | 'notSaved'
  | 'retry'
  | 'retryAll'
  | 'discard'
  | 'discardOne'
  | 'unsavedCount'
  | 'paused'
  | 'pictureLoading'
  | 'pictureMissing'
  | 'pictureSkip'
  | 'doneTitle'
  | 'doneSummary'
  | 'donePartly'
  | 'trainNext'
  | 'showAccuracy'
  | 'review'
  | 'selection'
  | 'selectionHint'
  | 'empty'
  | 'helpTitle'
  | 'helpClasses'
  | 'helpLetters'
  | 'helpFilter'
  | 'helpUndo'
  | 'helpSkip'
  | 'helpFlag'
  | 'helpNote'
  | 'helpMove'
  | 'helpEnds'
  | 'helpGrid'
  | 'helpPixels'
  | 'helpZoom'
  | 'helpOpen'
  | 'helpAccept'
  | 'helpGridSize'
  | 'helpGridSelect'
  | 'helpGridAll'
  | 'helpHelp'
  | 'helpSaved';
