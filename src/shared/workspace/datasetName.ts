export const MAX_DATASET_NAME = 100;
/** What a folder can't be called on one system or another. */
const forbidden = /[<>:"/\\|?*\p{Cc}]/u;
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d\u00b9\u00b2\u00b3]) *(\..*)?$/i;

/** Whether Windows has a device of that name, so that no file or folder can have it there. */
export const isReservedName = (name: string): boolean => reserved.test(name);

/** Whether a dataset can have that name: it is a folder's name on every system, and not hidden. */
export const isDatasetName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= MAX_DATASET_NAME &&
  !forbidden.test(name) &&
  !isReservedName(name) &&
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
