import type { Fit } from '../schema/dataset';
import type { FolderLook, FormLook, ImagesLook, PartsChoice } from './engine';
import type { Computed } from './gallery';

/** What the page that shows how a folder would be imported and the extension say to each other (see `protocol/page.ts`). */

/**
 * Where the classes come from: each folder is one (`plain`: called by its number, whatever that means), names that a person typed, or
 * nobody has decided yet.
 */
export type ClassSource = 'folders' | 'plain' | 'named' | 'later';

/** All that a person can correct; null: as the folder looks. */
export interface ImportChoices {
  readonly parts: PartsChoice | null;
  readonly classes: ClassSource | null;
  /** Folders that are no classes, although the others are. */
  readonly notClasses: readonly string[];
  /** Classes as they were typed, with commas between. */
  readonly names: string;
  /** Every face in the images becomes one. */
  readonly faces: boolean;
  readonly fit: Fit | null;
}

/** All that the page shows: always the whole. */
export interface ImportPageState {
  /** Of the folder. */
  readonly name: string;
  readonly choices: ImportChoices;
  readonly look: FolderLook;
  /** Names of folders of which it was not clear whether they are parts; empty where it was. */
  readonly doubtful: readonly string[];
  /** Whether the folder is being read again because of a choice. */
  readonly reading: Omit<Computed, 'version'>;
  readonly form: Omit<Computed, 'version'> & { readonly found: FormLook | null };
  readonly images: Omit<Computed, 'version'> & {
    readonly found: ImagesLook | null;
    /** Images that have been opened so far. */
    readonly done: number;
    readonly total: number;
  };
  readonly texts: ImportTexts;
}

/** What the page asks for; each fails with a sentence. */
export interface ImportMethods {
  /** Keeps all choices as they are now. */
  choose: { params: { choices: ImportChoices }; result: null };
  /** Imports the folder as they say; the page closes. */
  import: { params: { choices: ImportChoices }; result: null };
  cancel: { params: Record<string, never>; result: null };
}

/** Where the classes come from by a person's choice, as far as the folder has such. */
export function classSource(look: FolderLook, { classes }: ImportChoices): ClassSource {
  if (look.areFixed) return 'folders';
  if (look.classes.length === 0) return classes === 'named' ? 'named' : 'later';
  if (classes === 'plain' && look.numbered === null) return 'folders';
  return classes ?? (look.areClasses || look.doubt === null ? 'folders' : 'later');
}

/** Texts of the page in the user's language; {0} … are filled in by the page. */
export type ImportTexts = Readonly<Record<ImportText, string>>;
export type ImportText =
  | 'title'
  | 'inside'
  | 'all'
  | 'allOne'
  | 'withTest'
  | 'import'
  | 'cancel'
  | 'nothingYet'
  | 'reading'
  | 'partsUnclear'
  | 'classesUnclear'
  | 'what'
  | 'whatHint'
  | 'whole'
  | 'faces'
  | 'facesHint'
  | 'classes'
  | 'fixed'
  | 'folders'
  | 'numbered'
  | 'plain'
  | 'named'
  | 'namedAlone'
  | 'names'
  | 'namesExample'
  | 'later'
  | 'folder'
  | 'isClass'
  | 'toLearn'
  | 'toTest'
  | 'noClass'
  | 'more'
  | 'parts'
  | 'partsNone'
  | 'partsHint'
  | 'partsChange'
  | 'part'
  | 'neither'
  | 'imagesOf'
  | 'pictures'
  | 'photos'
  | 'grey'
  | 'colour'
  | 'looking'
  | 'fit'
  | 'pad'
  | 'contain'
  | 'cover'
  | 'hidden'
  | 'broken'
  | 'brokenNone'
  | 'opening'
  | 'opened'
  | 'aside'
  | 'other'
  | 'otherOne'
  | 'hiddenFiles'
  | 'hiddenFilesOne'
  | 'copies'
  | 'copiesOne'
  | 'leaks'
  | 'leaksOne'
  | 'conflicts'
  | 'conflictsOne';
