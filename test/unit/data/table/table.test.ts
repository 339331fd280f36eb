import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { columnOf, describeHeader, namesAny, requireWidth } from '../../../../src/engine/data/table/columns';
import { rejoined, tableFormat } from '../../../../src/engine/data/table/format';
import { countRows, type Quotes, type TableRow, tableRows } from '../../../../src/engine/data/table/rows';
import { silentJob } from '../../../../src/engine/job';
import { encoded, encodings } from '../../../support/encoded';
import { temporaryFolder } from '../../../support/temporaryFolder';

const isWanted = namesAny(['image'], ['label']);

async function written(content: string | Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), 'table.csv');
  await writeFile(path, content);
  return path;
}

async function read(content: string | Uint8Array, quotes: Quotes = 'cells') {
  const format = await tableFormat(await written(content), isWanted);
  const rows: TableRow[] = [];
  for await (const row of tableRows(format, quotes, silentJob)) rows.push(row);
  return { format, rows, count: await countRows(format, silentJob) };
}

const cellsOf = ({ rows }: Awaited<ReturnType<typeof read>>) => rows.map(({ cells }) => cells);

describe('tables', () => {
  for (const separator of [',', ';', '\t', '|'])
    for (const end of ['\n', '\r\n', '\r'])
      it.each(encodings)(
        `separated by ${JSON.stringify(separator)}, ending ${JSON.stringify(end)}, in %s`,
        async (as) => {
          const lines = [
            ['image', 'label'],
            ['frühe/über.png', 'happy'],
            [`"a${separator}b.png"`, 'sad'],
          ];
          const text = lines.map((cells) => cells.join(separator)).join(end) + end;
          const { format, rows, count } = await read(encoded(text, as));
          expect(format).toMatchObject({ separator, header: ['image', 'label'], line: 1 });
          expect(rows).toEqual([
            { cells: ['frühe/über.png', 'happy'], line: 2 },
            { cells: [`a${separator}b.png`, 'sad'], line: 3 },
          ]);
          expect(count).toBe(2);
        },
      );

  it('have the separator by which the wanted columns are found, whatever else stands in names', async () => {
    const { format } = await read('image;label;note, of a person, or more\na.png;happy;x\n');
    expect(format).toMatchObject({ separator: ';', header: ['image', 'label', 'note, of a person, or more'] });
    expect((await read('a,b;c\n')).format.separator).toBe(',');
  });

  it('may tell their separator, as Excel does, and begin with empty lines', async () => {
    const { format, rows } = await read('\n \nsep=|\n\nimage|label\n\na,b.png|happy\n|\n');
    expect(format).toMatchObject({ separator: '|', line: 5 });
    expect(rows).toEqual([{ cells: ['a,b.png', 'happy'], line: 7 }]);
  });

  it('keep quoted line ends, spaces and quotes, and empty cells between tabs', async () => {
    const text = 'image,label\n" a\nb "".png ",happy\n 5" disk.png , sad \n';
    expect(cellsOf(await read(text))).toEqual([
      [' a\nb ".png ', 'happy'],
      ['5" disk.png', 'sad'],
    ]);
    expect(cellsOf(await read('image\tlabel\tflag\na.png\t\tx\n"b.png"\thappy\t\n'))).toEqual([
      ['a.png', '', 'x'],
      ['b.png', 'happy', ''],
    ]);
  });

  it('read by line, close quotes in it or take them for nothing', async () => {
    const text = 'image,label\n"1,2",a\n"3,b\n"4",c\n';
    expect(cellsOf(await read(text, 'line'))).toEqual([
      ['"1,2"', 'a'],
      ['"3', 'b'],
      ['"4"', 'c'],
    ]);
    expect(rejoined(['"a', 'b', 'c"', '"d"', 'e'], ';')).toEqual(['"a;b;c"', '"d"', 'e']);
  });

  it('that are no text are refused with the line, wherever it is', async () => {
    const latin = Buffer.concat([Buffer.from('image,label\na.png,happy\n'), Buffer.from('f\xfcr.png,sad\n', 'latin1')]);
    await expect(read(latin)).rejects.toThrow(/^Line 3 of \S*table\.csv is not UTF-8; save the file as UTF-8/);
    const long = Buffer.from(`image,label\n${'ü.png,happy\n'.repeat(100_000)}`); // more than one piece, cut inside letters
    expect((await read(long)).rows).toHaveLength(100_000);
    long[long.length - 5] = 0xff;
    await expect(read(long)).rejects.toThrow(/^Line 100001 of/);
  });

  it('of quotes that never close, and what is no table, are refused', async () => {
    await expect(read('image,label\na.png,happy\n"b.png,sad\n')).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/table\.csv: .*line 3.*; correct that line\.$/),
    });
    const rows = 'a.png,happy\n'.repeat(100_000);
    await expect(read(`image,label\n"b.png,sad\n${rows}`)).rejects.toThrow('or quotes that are never closed');
    await expect(read(Buffer.from('PK\x03\x04\x14\0\x06\0', 'latin1'))).rejects.toThrow(
      /table\.csv is an archive \(ZIP, \.npz, \.xlsx\); save it as CSV in UTF-8\.$/,
    );
    await expect(tableFormat(join(await written(''), 'none.csv'), isWanted)).rejects.toMatchObject({ code: 'input' });
    await expect(tableFormat(await temporaryFolder(), isWanted)).rejects.toThrow(
      'it is a folder, not a file); give a csv file.',
    );
  });
});

describe('columns', () => {
  const header = (...names: string[]) => ({ path: 't.csv', line: 1, header: names, separator: ',' });

  it('are found whatever their case and spacing, the documented name first', () => {
    expect(columnOf(header('Label', ' IMAGE'.trim()), ['image'])).toBe(1);
    expect(columnOf(header('image_name', 'x'), ['image', 'imagename'])).toBe(0);
    expect(columnOf(header('File Name', 'image'), ['image', 'filename'])).toBe(1);
    expect(columnOf(header('picture'), ['image'])).toBe(-1);
  });

  it('are asked for where several may be meant', () => {
    expect(() => columnOf(header('label', 'Label'), ['label'])).toThrow(
      'the columns label and Label may both be meant',
    );
    expect(() => columnOf(header('file', 'path'), ['image', 'file', 'path'])).toThrow('file and path');
  });

  it('are described as they are', () => {
    expect(describeHeader(header('a', 'b'))).toBe('it has a, b, separated by commas');
    expect(describeHeader(header('image:label'))).toBe('it has the one column "image:label"');
    expect(describeHeader(header(''))).toBe('it is empty');
  });

  it('are as many as cells, but for empty ones', () => {
    const format = { ...header('image', 'label'), encoding: 'utf-8', above: 0 } as const;
    requireWidth(['a', 'b', '', ''], format, 'here');
    requireWidth(['a'], format, 'here');
    expect(() => requireWidth(['a', 'b', 'c'], format, 'here')).toThrow(
      'here: it has 3 cells where the header has 2; put what holds commas between quotes.',
    );
  });
});
