/** How the image collections that can be imported name their folders and files. */

export type Split = 'train' | 'test';

/** Names of split folders, in lower case. A validation part counts as test: nothing of it is ever trained on. */
const splitNames: ReadonlyMap<string, Split> = new Map<string, Split>([
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

/** The split that a folder of that name holds; undefined for any other folder. */
export const splitOf = (folder: string): Split | undefined => splitNames.get(folder.toLowerCase());

/** Files and folders that are passed over. Archives made on a Mac carry a folder of resource forks beside the real one. */
export const isHiddenName = (name: string): boolean => name.startsWith('.') || name === '__MACOSX';

/** The list of RAF-DB's images and classes, '/' separators; the spelling is RAF-DB's own. */
export const RAF_DB_LIST = 'EmoLabel/list_patition_label.txt';

/** Where below a folder RAF-DB's basic part may lie. */
export const RAF_DB_FOLDERS = ['', 'basic'] as const;

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
