import { REVIEWED } from '../../shared/reviewed';
import type { LabelEntry } from '../../shared/schema/labels';
import { classNamed } from '../data/classList';
import type { Dataset } from '../data/dataset/type';
import { type ColumnNames, columnOf, describeHeader, namesAny, requireWidth } from '../data/table/columns';
import { type TableFormat, tableFormat } from '../data/table/format';
import { ImageNames } from '../data/table/imageNames';
import { tableRows } from '../data/table/rows';
import { inputError } from '../errors';
import type { Job } from '../job';

interface FileToRead {
  readonly path: string;
  readonly reviewed: boolean;
}

/** Image id → what was answered for it. */
export type Answers = Map<string, Pick<LabelEntry, 'label' | 'flag' | 'source'>>;

/** What a file of labels says. */
export interface LabelTable {
  readonly answers: Answers;
  /** Of the answers those that are said to be settlements: image → class. */
  readonly settled: ReadonlyMap<string, string>;
  /** Rows of a file of predictions that people had labelled already. */
  readonly ofPeople: number;
  /** Rows whose label is empty: not answered yet. */
  readonly blank: number;
  /** What was taken off the paths in the file, which lead through the dataset's folder; null where nothing was. */
  readonly takenOff: string | null;
}

/** Every row of the file, checked; the first wrong one is an error with its line number. */
export async function readLabelTable(dataset: Dataset, { path, reviewed }: FileToRead, job: Job): Promise<LabelTable> {
  const format = await tableFormat(path, isColumn);
  const columns = columnsIn(format, reviewed);
  const names = new ImageNames(dataset);
  const answers: Answers = new Map();
  const settled = new Map<string, string>();
  const lineOf = new Map<string, number>();
  let ofPeople = 0;
  let blank = 0;
  for await (const { cells, line } of tableRows(format, 'cells', job)) {
    const where = `${path} line ${line}`;
    requireWidth(cells, format, where);
    const source = sourceOf(cells[columns.source], where, reviewed);
    if (source === 'person' && reviewed) {
      ofPeople++;
      continue;
    }
    const image = imageIn(dataset, names, cells[columns.image] ?? '', where);
    const told = cells[columns.label] ?? '';
    if (told.trim() === '') {
      blank++;
      continue;
    }
    const label = labelIn(dataset, told, where);
    const before = answers.get(image)?.label;
    if (before !== undefined && before !== label)
      throw inputError(
        `${where}: image "${image}" is ${label} here but ${before} in line ${lineOf.get(image)}; keep one of them.`,
      );
    const flag = cells[columns.flag];
    answers.set(image, { label, ...(flag ? { flag } : {}), ...(source === REVIEWED ? { source } : {}) });
    lineOf.set(image, line);
    if (cells[columns.settled]) settled.set(image, label);
  }
  if (answers.size === 0 && ofPeople === 0 && blank === 0)
    throw inputError(`${path} has no rows; expected the columns image and label, one image a line.`);
  return { answers, settled, ofPeople, blank, takenOff: names.takenOff };
}

interface Columns {
  readonly image: number;
  readonly label: number;
  readonly flag: number;
  readonly source: number;
  readonly settled: number;
}

const columnNames = {
  image: ['image', 'imagepath', 'imagename', 'imagefile', 'file', 'filename', 'filepath', 'path'],
  label: ['label', 'class', 'classname', 'category', 'emotion', 'expression'],
  flag: ['flag'],
  source: ['source'],
  settled: ['settled'],
} as const satisfies Record<keyof Columns, ColumnNames>;

const isColumn = namesAny(...Object.values(columnNames));

function columnsIn(format: TableFormat, reviewed: boolean): Columns {
  const where = `${format.path} line ${format.line}`;
  const at = (name: keyof Columns) => columnOf(format, columnNames[name]);
  const found = { image: at('image'), label: at('label'), flag: at('flag') };
  const columns = { ...found, source: at('source'), settled: at('settled') };
  if (columns.image < 0 || columns.label < 0)
    throw inputError(`${where}: expected a header with the columns image and label; ${describeHeader(format)}.`);
  if (reviewed && columns.source < 0)
    throw inputError(
      `${where}: there is no column source, so nothing tells which rows are predictions; pass a file that predict wrote, or leave --reviewed out.`,
    );
  return columns;
}

/** Whose answer a row is: a person's, or a prediction that a person has looked over. */
function sourceOf(source: string | undefined, where: string, reviewed: boolean): 'person' | typeof REVIEWED {
  if (source === REVIEWED) return REVIEWED;
  if (source !== 'model') return 'person';
  if (reviewed) return REVIEWED;
  throw inputError(
    `${where}: this row is a model's prediction, and predictions are nobody's answers; remove the rows whose source is model, or, where a person has looked them over, pass --reviewed.`,
  );
}

/** The id of the image that a row names. */
function imageIn(dataset: Dataset, names: ImageNames, name: string, where: string): string {
  if (name === '') throw inputError(`${where}: the image is missing; give its path relative to the dataset.`);
  return dataset.images[names.require(name, where)]!.id;
}

function labelIn({ name, file }: Dataset, told: string, where: string): string {
  const label = classNamed(told, file.classes);
  if (label !== undefined) return label;
  throw inputError(`${where}: "${told}" is no class of dataset ${name}; use one of ${file.classes.join(', ')}.`);
}
