import { ImageNames, type NamedDataset } from '../../data/table/imageNames';
import { inputError } from '../../errors';
import { type Matrix, matrix, row } from '../../numeric/matrix';
import { readBytes } from '../../store/door';
import { decodedText } from '../../store/encoding';
import { readNpy } from '../../store/npy';

/** Rows that belong to a dataset's images. */
export interface GivenRows {
  /** One for each image, in the dataset's order; images of the same content share one. */
  readonly rows: Matrix<Float32Array>;
  /** SHA-256 of the image of each row. */
  readonly images: readonly string[];
  /** Rows of the file that belong to no image. */
  readonly others: number;
}

/**
 * Reads rows [n × d] and the ids that belong to them, one a line, and finds those of a dataset's images.
 * @throws UserError that names the first thing that does not fit.
 */
export async function readGivenRows(dataset: NamedDataset, features: string, ids: string): Promise<GivenRows> {
  const given = await readRows(features);
  const places = placesOf(await readIds(ids), dataset, ids);
  if (places.size !== given.rows)
    throw inputError(
      `${features} has ${given.rows} rows and ${ids} ${places.size} ids; write the id of each row, one a line, in the same order.`,
    );
  requireAll(dataset, places, ids);
  const wanted = new Map<string, number>();
  for (const { id, hash } of dataset.images) if (!wanted.has(hash)) wanted.set(hash, places.get(id)!);
  requireFinite(given, [...wanted.values()], features);
  const rows = matrix(wanted.size, given.columns, new Float32Array(wanted.size * given.columns));
  for (const [i, place] of [...wanted.values()].entries()) rows.data.set(row(given, place), i * given.columns);
  const others = [...places.keys()].filter((id) => dataset.indexOf(id) === undefined).length;
  return { rows, images: [...wanted.keys()], others };
}

async function readRows(path: string): Promise<Matrix<Float32Array>> {
  const { shape, data } = await readNpy(path);
  const [rows, columns] = shape;
  if (shape.length !== 2 || rows === 0 || columns === 0)
    throw inputError(
      `${path} has the shape (${shape.join(', ')}); a row of numbers an image is needed: (images, numbers).`,
    );
  const values = data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number | bigint>, Number);
  return matrix(rows, columns, values);
}

/** Lines of a text file; a mark at its beginning, carriage returns and empty lines at its end are none. */
async function readIds(path: string): Promise<string[]> {
  const bytes = await readBytes(path, 'labels').catch((error: NodeJS.ErrnoException) => {
    const problem = error.code === 'ENOENT' ? 'does not exist' : `can't be read (${error.code ?? error.message})`;
    throw inputError(`${path} ${problem}; give a text file with the id of an image a line.`, error);
  });
  const lines = decodedText(bytes, path).split(/\r\n|\n|\r/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  const empty = lines.indexOf('');
  if (empty >= 0) throw inputError(`${path} has an empty line ${empty + 1}; write the id of an image on every line.`);
  return lines;
}

/** Which row belongs to an id, that of the dataset where a line names one of its images. */
function placesOf(lines: readonly string[], dataset: NamedDataset, path: string): Map<string, number> {
  const places = new Map<string, number>();
  const names = new ImageNames(dataset);
  for (const [i, line] of lines.entries()) {
    const found = names.find(line);
    const id = typeof found === 'number' ? dataset.images[found]!.id : line;
    const before = places.get(id);
    if (before !== undefined)
      throw inputError(`${path} names ${id} on line ${before + 1} and again on line ${i + 1}; keep one of its rows.`);
    places.set(id, i);
  }
  return places;
}

function requireAll({ name, images }: NamedDataset, places: ReadonlyMap<string, number>, path: string): void {
  const missing = images.filter(({ id }) => !places.has(id));
  if (missing.length === 0) return;
  const count = missing.length === 1 ? '1 image' : `${missing.length} of the ${images.length} images`;
  throw inputError(
    `${path} lacks ${count} of dataset ${name}, the first is ${missing[0].id}; ids are paths relative to the dataset's folder, as "export --what features" writes them.`,
  );
}

function requireFinite(given: Matrix<Float32Array>, wanted: readonly number[], path: string): void {
  for (const place of [...wanted].sort((a, b) => a - b)) {
    const values = row(given, place);
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0)
      throw inputError(
        `${path} has ${values[wrong]} at row ${place}, column ${wrong} (counted from 0); write finite numbers that fit float32.`,
      );
  }
}
