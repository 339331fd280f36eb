import sharp from 'sharp';
import { expressions } from '../../src/sample/expressions';
import { sampleFace } from '../../src/sample/parameters';
import { expressionOf } from '../../src/sample/quota';
import { renderFace } from '../../src/sample/render';
import { element } from '../../src/sample/svg';
import { lettering } from './lettering';

export interface SheetRequest {
  readonly seed: number;
  /** Faces in each row. */
  readonly perClass: number;
  /** Width and height of a face in pixels. */
  readonly size: number;
  /** Colour (the default) or grey. */
  readonly colour?: boolean;
}

/** What docs/pictures/sample-faces.png shows. */
export const readmeSheet: SheetRequest = { seed: 1, perClass: 8, size: 96 };

/** A PNG with one row for each expression, its name before it: the first training faces of the sample that show it. */
export async function contactSheet({ seed, perClass, size, colour = true }: SheetRequest): Promise<Buffer> {
  const gap = Math.max(2, Math.round(size / 32));
  const label = Math.round(size * 1.05);
  const title = Math.round(size * 0.4);
  const width = label + perClass * (size + gap) + gap;
  const height = title + expressions.length * (size + gap) + gap;
  const letters = Math.max(4, size / 11);

  const rows = new Map(expressions.map((name): [string, number[]] => [name, []]));
  for (let index = 0; [...rows.values()].some((row) => row.length < perClass); index++) {
    const row = rows.get(expressionOf(seed, index));
    if (row && row.length < perClass) row.push(index);
  }
  const faces = await Promise.all(
    expressions.flatMap((name, y) =>
      (rows.get(name) ?? []).map(async (index, x) => ({
        input: await renderFace(sampleFace(seed, index), { size, colour }),
        left: label + gap + x * (size + gap),
        top: title + gap + y * (size + gap),
      })),
    ),
  );
  const names = expressions.map((name, y) =>
    lettering(name, size * 0.1, title + gap + y * (size + gap) + size / 2 + letters / 2, letters),
  );
  const page = element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height },
    element('rect', { width, height, fill: '#ffffff' }) +
      lettering('synthetic faces', label + gap, title * 0.68, letters * 1.15) +
      names.join(''),
  );
  // A palette keeps the sheet small; noise makes true colour several times as large.
  return sharp(Buffer.from(page)).composite(faces).png({ palette: true, colours: 128, effort: 10 }).toBuffer();
}
