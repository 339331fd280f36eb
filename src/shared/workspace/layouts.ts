/** How the image collections that can be imported name their folders and files. */

export type Split = 'train' | 'test';

/** Words for a part of the images, without marks on letters, longer ones first. A validation part counts as test: nothing of it is ever trained on. */
const splitWords: Readonly<Record<Split, string>> = {
  train: 'training|trainval|train|trng|trn|learning|entrainement|apprentissage|entrenamiento|addestramento|treino',
  test:
    'testing|test|tst|validation|validate|valid|vali|val|validacion|development|devel|dev|evaluation|evaluate|eval|' +
    'heldout|holdout|teste|prueba|pruebas|prova',
};

/** What may stand before and after them. */
const besides =
  'data|sets?|splits?|images?|imgs?|pics|pictures|photos?|faces|classes|class|folders?|part|partition|subset|fold|' +
  'public|private|final|raw|cropped|aligned|original|s?daten|s?bilder|fer|raf|db|ck|kdef|affectnet|new|only|[0-9]';

const splitNames = (['train', 'test'] as const).map((split) => {
  const own = splitWords[split];
  return { split, name: new RegExp(`^(?:${besides})*(?:${own})(?:${besides}|${own})*$`) };
});

/** Longer names are sentences. */
const LONGEST = 40;

/** The split that a folder of that name holds, as in "train", "Val_Set", "dev-2019" or "PublicTest"; undefined for any other folder. */
export function splitOf(folder: string): Split | undefined {
  const letters = folder
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
  return letters.length > LONGEST ? undefined : splitNames.find(({ name }) => name.test(letters))?.split;
}

const plainNames: ReadonlyMap<string, Split> = new Map<string, Split>([
  ['train', 'train'],
  ['training', 'train'],
  ['test', 'test'],
  ['testing', 'test'],
  ['val', 'test'],
  ['valid', 'test'],
  ['validation', 'test'],
  ['publictest', 'test'],
  ['privatetest', 'test'],
]);

/** The same in datasets that were made before more names were known. */
export const plainSplitOf = (folder: string): Split | undefined => plainNames.get(folder.toLowerCase());

/** Folders that systems, network drives and programs make beside what people keep, in lower case. */
const systemFolders: ReadonlySet<string> = new Set([
  '__macosx',
  'network trash folder',
  'temporary items',
  'thevolumesettingsfolder',
  '$recycle.bin',
  'recycler',
  'recycled',
  'system volume information',
  '$windows.~bt',
  'lost+found',
  '@eadir',
  '@__thumb',
  '@recycle',
  '@recently-snapshot',
  '@sharebin',
  '@sharesnap',
  '@syno',
  '@synoresource',
  '@tmp',
  '@transcode',
  '#recycle',
  '#snapshot',
  '~snapshot',
  'node_modules',
  '__pycache__',
  'site-packages',
  'venv',
]);

/** Files and folders that are passed over. */
export function isHiddenName(name: string): boolean {
  const lower = name.toLowerCase();
  return name.startsWith('.') || systemFolders.has(lower) || /^found\.\d{3}$/.test(lower);
}

/** The list of RAF-DB's images and classes, '/' separators; the spelling is RAF-DB's own. */
export const RAF_DB_LIST = 'EmoLabel/list_patition_label.txt';

/** Where below a folder RAF-DB's basic part may lie, or its compound one. */
export const RAF_DB_FOLDERS = ['', 'basic', 'compound'] as const;

/** Class names by their two letters in a KDEF file name. */
export const kdefExpressions: ReadonlyMap<string, string> = new Map([
  ['AF', 'afraid'],
  ['AN', 'angry'],
  ['DI', 'disgusted'],
  ['HA', 'happy'],
  ['NE', 'neutral'],
  ['SA', 'sad'],
  ['SU', 'surprised'],
]);

/** What a KDEF file name says: session (A, B), sex (F, M), person, expression, angle (S, HL, HR, FL, FR). */
export interface KdefName {
  /** Sex and number, such as F01: the same person in both sessions. */
  readonly person: string;
  readonly expression: string;
  readonly angle: string;
}

/** Parses a name such as AF01ANS.JPG, or that of a face that was cut out of such a photo; null when it is none. */
export function parseKdefName(name: string): KdefName | null {
  const match = /^[AB]([FM]\d{2})([A-Z]{2})(S|HL|HR|FL|FR)\.(?:jpe?g|png)(?:\.face\d+\.png)?$/i.exec(name);
  const [person = '', letters = '', angle = ''] = match?.slice(1).map((part) => part.toUpperCase()) ?? [];
  const expression = kdefExpressions.get(letters);
  return expression === undefined ? null : { person, expression, angle };
}

/** Parses the name of one of AKDEF, the averaged faces beside KDEF: AFANS.JPG, without a number; null when it is none. */
export function parseAkdefName(name: string): KdefName | null {
  const match = /^A([FM])([A-Z]{2})(S|HL|HR|FL|FR)\.(?:jpe?g|png)(?:\.face\d+\.png)?$/i.exec(name);
  const [person = '', letters = '', angle = ''] = match?.slice(1).map((part) => part.toUpperCase()) ?? [];
  const expression = kdefExpressions.get(letters);
  return expression === undefined ? null : { person, expression, angle };
}
