import type { Dataset } from '../data/dataset/type';
import { ferImageId } from '../data/importers/ferNames';
import { plainName } from '../data/table/columns';
import { inputError } from '../errors';

/**
 * FER+ (Barsoum et al. 2016) as it was published, fer2013new.csv: the votes of ten people on each row of fer2013.csv. Rows
 * are told by the names of images, fer0000000.png for the first; those without a face have none.
 */

/** FER+'s columns, plain, and the classes of FER2013 that they are about. */
export const ferPlusColumns: ReadonlyMap<string, string> = new Map([
  ['neutral', 'neutral'],
  ['happiness', 'happy'],
  ['surprise', 'surprise'],
  ['sadness', 'sad'],
  ['anger', 'angry'],
  ['disgust', 'disgust'],
  ['fear', 'fear'],
]);

const USAGE = 'usage';
const IMAGE = 'imagename';

export const isFerPlus = (header: readonly string[]): boolean =>
  [USAGE, IMAGE, 'happiness'].every((name) => header.some((column) => plainName(column) === name));

export const ferPlusImages = (header: readonly string[]): number =>
  header.findIndex((name) => plainName(name) === IMAGE);

/** Finds the image of each row, in the order of the rows. */
export function ferPlusRows(dataset: Dataset, header: readonly string[]) {
  const usage = header.findIndex((name) => plainName(name) === USAGE);
  const image = ferPlusImages(header);
  let row = 0;
  return (cells: readonly string[], where: string): number => {
    const name = cells[image] ?? '';
    const number = /^fer(\d+)\.png$/i.exec(name)?.[1];
    if (number === undefined && name !== '')
      throw inputError(
        `${where}: "${name}" is no name of FER+ such as fer0000000.png; give fer2013new.csv as it came.`,
      );
    row = number === undefined ? row + 1 : Number(number) + 1;
    const id = ferImageId(cells[usage] ?? '', row);
    const index = id === null ? undefined : dataset.indexOf(id);
    if (index !== undefined) return index;
    throw inputError(
      `${where}: dataset ${dataset.name} has no image ${id ?? cells[usage]}; the rows of FER+ are those of fer2013.csv with the column Usage: import that.`,
    );
  };
}
