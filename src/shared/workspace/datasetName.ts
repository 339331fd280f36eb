export const MAX_DATASET_NAME = 100;
/** What a folder can't be called on one system or another. */
const forbidden = /[<>:"/\\|?*\p{Cc}]/u;
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/** Whether a dataset can have that name: it is a folder's name on every system, and not hidden. */
export const isDatasetName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= MAX_DATASET_NAME &&
  !forbidden.test(name) &&
  !reserved.test(name) &&
  !name.startsWith('.') &&
  !/[. ]$/.test(name);

/** A name for the dataset made of a folder (or of a csv file) that is called `base`. */
export function datasetNameOf(base: string): string {
  const made = base
    .replace(new RegExp(forbidden, 'gu'), '-')
    .replace(/^\.+/, '')
    .slice(0, MAX_DATASET_NAME)
    .replace(/[. ]+$/, '');
  return isDatasetName(made) ? made : 'dataset';
}
