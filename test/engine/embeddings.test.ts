import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { InferenceSession, Tensor } from '../../src/engine/runtime/onnx/library';
import { writeNpy } from '../../src/engine/store/npy';
import { ensureBuilt } from '../support/built';
import { run } from '../support/commandLine';
import { vitLike } from '../support/encoderModels';
import { type PictureOptions, writeFiles } from '../support/pictures';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt);

const IMAGES = 16;
const WIDE = 600; // more than a projection keeps

const ids = Array.from({ length: IMAGES }, (_, i) => `train/${i % 2 === 0 ? 'a' : 'b'}/${i}.png`);

/** Numbers that differ from image to image, and from class to class in the first one. */
const rowOf = (i: number, columns: number): Float32Array =>
  Float32Array.from({ length: columns }, (_, j) => (j === 0 ? (i % 2) * 4 - 2 : Math.sin(i * 12.9898 + j * 78.233)));

const rowsOf = (order: readonly number[], columns: number): Float32Array =>
  Float32Array.from(order.flatMap((i) => [...rowOf(i, columns)]));

async function place() {
  const workspace = await temporaryFolder();
  const files: Record<string, PictureOptions> = {};
  for (const [i, id] of ids.entries()) files[`faces/${id}`] = { seed: i + 1 };
  await writeFiles(workspace, files);
  const warmstart = (...args: string[]) => run(['--workspace', workspace, '--json', ...args], { cwd: workspace });
  const { directory } = (await warmstart('import', 'faces', '--encoder', 'hog')).json<{ directory: string }>();
  const write = async (order: readonly number[], columns: number, text = order.map((i) => ids[i]).join('\n')) => {
    await writeNpy(join(workspace, 'clip.npy'), {
      shape: [order.length, columns],
      data: rowsOf(order, columns),
    });
    await writeFile(join(workspace, 'clip.txt'), text);
  };
  const add = (...more: string[]) =>
    warmstart('encoder', 'add', 'faces', '--features', 'clip.npy', '--ids', 'clip.txt', ...more);
  const refused = async (...more: string[]) => {
    const { code, stderr } = await add(...more);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/^[^\n]+\.\n$/); // one sentence
    return stderr;
  };
  return { workspace, warmstart, directory, write, add, refused };
}

const reversed = [...ids.keys()].reverse();

describe('embeddings from elsewhere', () => {
  it.each([8, WIDE])('of %i numbers are taken, used, and exported with', async (columns) => {
    const { workspace, warmstart, directory, write, add } = await place();
    await write(reversed, columns);
    const added = await add('--trained-on', 'everything');
    expect(added.json()).toMatchObject({ name: 'clip', images: IMAGES, dimensions: columns, others: 0 });
    for (const name of ['clip.npy', 'clip.txt']) await rm(join(workspace, name)); // a copy was kept
    expect(await warmstart('encoder', 'use', 'faces', 'external:clip')).toMatchObject({ code: 0, stderr: '' });

    const labels = ids.slice(0, 8).map((id, i) => `${id},${i % 2 === 0 ? 'a' : 'b'}`);
    await writeFile(join(workspace, 'labels.csv'), ['image,label', ...labels].join('\n'));
    for (const args of [
      ['label', 'faces', '--from', 'labels.csv'],
      ['train', 'faces'],
      ['query', 'faces', '--budget', '8', '--strategy', 'random'],
    ])
      expect(await warmstart(...args)).toMatchObject({ code: 0 });
    const { suggestions } = (await warmstart('suggest', 'faces', '--round', '1')).json<{
      suggestions: { image: string; label: string; probability: number }[];
    }>();
    expect(suggestions).toHaveLength(8);

    const { files } = (await warmstart('export', 'faces', '--what', 'model')).json<{ files: [string, string] }>();
    const outside = JSON.parse(await readFile(files[1], 'utf8')) as { encoders: object[] };
    expect(outside.encoders).toMatchObject([
      {
        for: 'features',
        encoder: 'external:clip',
        files: [{ name: 'clip.npy' }],
        embeddings: true,
        trainedOn: 'everything',
      },
    ]);
    const session = await InferenceSession.create(files[0]);
    const rows = rowsOf(
      suggestions.map(({ image }) => ids.indexOf(image)),
      columns,
    );
    const { head } = await session.run({ features: new Tensor('float32', rows, [8, columns]) });
    for (const [i, { image, label, probability }] of suggestions.entries()) {
      expect(image).toContain(`/${label}/`); // the first number tells the class
      const [a, b] = (head!.data as Float32Array).subarray(2 * i, 2 * i + 2);
      expect(a! > b! ? 'a' : 'b').toBe(label);
      expect(1 / (1 + Math.exp(-Math.abs(a! - b!)))).toBeCloseTo(probability, 4);
    }
    const report = (await warmstart('encoder', 'list', 'faces')).json<{ encoders: object[] }>();
    expect(report.encoders).toContainEqual(
      expect.objectContaining({
        name: 'clip',
        used: true,
        dimensions: columns,
        trainedOn: 'everything',
        problem: null,
      }),
    );
    expect(directory).toContain('faces');
  });

  it('may be half precision, hold rows of other images, and come from an editor of Windows', async () => {
    const { workspace, warmstart, write, add } = await place();
    const order = [...ids.keys(), 3, 4];
    await write(order, 4, `\uFEFF${[...ids, 'train/gone.png', 'train/ä.png'].join('\r\n')}\r\n\r\n`);
    const single = await add();
    expect(single.json()).toMatchObject({ images: IMAGES, others: 2 });
    await warmstart('encoder', 'use', 'faces', 'external:clip');
    const out = join(workspace, 'out.npy');
    const features = async (...name: string[]) => {
      expect(await warmstart('export', 'faces', '--what', 'features', '--out', out, ...name)).toMatchObject({
        code: 0,
      });
      const { readNpy } = await import('../../src/engine/store/npy');
      const csv = (await readFile(join(workspace, 'out.images.csv'), 'utf8')).trim().split('\n').slice(1);
      const { data } = await readNpy(out);
      return new Map(csv.map((line, i) => [line.split(',')[1]!, [...(data as Float32Array)].slice(4 * i, 4 * i + 4)]));
    };
    const rows = await features();
    for (const [i, id] of ids.entries()) expect(rows.get(id)).toEqual([...rowOf(i, 4)]);

    const halves = Uint16Array.from({ length: IMAGES * 4 }, (_, i) => 0x3c00 + i); // 1 and what follows it
    await writeNpy(join(workspace, 'clip.npy'), { shape: [IMAGES, 4], data: halves });
    const bytes = await readFile(join(workspace, 'clip.npy'));
    bytes.write('<f2', bytes.indexOf('<u2'), 'latin1');
    await writeFile(join(workspace, 'clip.npy'), bytes);
    await writeFile(join(workspace, 'clip.txt'), ids.join('\n'));
    expect((await add()).json()).toMatchObject({ images: IMAGES, others: 0 }); // in the place of the first ones
    const half = await features();
    for (const [i, id] of ids.entries()) expect(half.get(id)).toEqual([0, 1, 2, 3].map((j) => 1 + (4 * i + j) / 1024));
  });

  it('are refused in a sentence where they do not fit', async () => {
    const { workspace, directory, warmstart, write, refused } = await place();
    const all = [...ids.keys()];
    await write(all.slice(2), 4);
    expect(await refused()).toMatch(/clip\.txt lacks 2 of the 16 images of dataset faces, the first is train\//);
    await write(all, 4, ids.slice(1).join('\n'));
    expect(await refused()).toMatch(/clip\.npy has 16 rows and .*clip\.txt 15 ids/);
    await write(all, 4, [...ids.slice(0, 15), ids[3]].join('\n'));
    expect(await refused()).toMatch(/names train\/b\/3\.png on line 4 and again on line 16/);
    await write(all, 4, ids.with(5, '').join('\n'));
    expect(await refused()).toMatch(/empty line 6/);
    await write(all, 4);
    const features = join(workspace, 'clip.npy');
    await writeNpy(features, { shape: [IMAGES, 4], data: rowsOf(all, 4).fill(Number.NaN, 9, 10) });
    expect(await refused()).toMatch(/clip\.npy has NaN at row 2, column 1/);
    await writeNpy(features, { shape: [IMAGES, 4], data: new Float64Array(IMAGES * 4).fill(1e300) });
    expect(await refused()).toMatch(/clip\.npy has Infinity at row 0, column 0/);
    await writeNpy(features, { shape: [IMAGES, 2, 2], data: rowsOf(all, 4) });
    expect(await refused()).toMatch(/the shape \(16, 2, 2\)/);
    await writeFile(features, 'no numbers');
    expect(await refused()).toMatch(/clip\.npy is not a usable \.npy file/);
    await rm(features);
    expect(await refused()).toMatch(/clip\.npy does not exist/);
    await write(all, 4);
    await writeFile(join(workspace, 'clip.txt'), Buffer.from([0x74, 0xff, 0xfe]));
    expect(await refused()).toMatch(/Line \d+ of \S*clip\.txt is not UTF-8/);
    await rm(join(workspace, 'clip.txt'));
    expect(await refused()).toMatch(/clip\.txt does not exist/);
    expect(await refused('--pool', 'cls')).toMatch(/--pool is for a model/);
    const half = await warmstart('encoder', 'add', 'faces', '--features', 'clip.npy');
    expect(half).toMatchObject({ code: 2, stderr: expect.stringMatching(/give both/) });
    expect(await warmstart('encoder', 'add', 'faces')).toMatchObject({ code: 2 });
    await expect(readFile(join(directory, 'models/embeddings/clip.json'))).rejects.toThrow('ENOENT');
  });

  it('belong to images as they are: an image that is changed has none; a damaged copy is told of', async () => {
    const { workspace, directory, warmstart, write, add } = await place();
    await write([...ids.keys()], 4);
    expect(await add()).toMatchObject({ code: 0 });
    await warmstart('encoder', 'use', 'faces', 'external:clip');
    const kept = join(workspace, 'kept');
    await cp(join(directory, 'models'), kept, { recursive: true });
    await writeFiles(workspace, { [`faces/${ids[5]}`]: { seed: 500 } });
    await rm(directory, { recursive: true, force: true });
    await warmstart('import', 'faces', '--encoder', 'hog');
    await cp(kept, join(directory, 'models'), { recursive: true });
    const used = await warmstart('encoder', 'use', 'faces', 'external:clip');
    const lacking = used.code === 0 ? await warmstart('encoder', 'run', 'faces') : used;
    expect(lacking.code).not.toBe(0);
    expect(lacking.stderr).toMatch(
      /"clip" have no row for an image .* the first is train\/b\/5\.png; add the embeddings/,
    );
    await write([...ids.keys()], 4);
    expect(await add()).toMatchObject({ code: 0 });
    const copy = join(directory, 'models/embeddings/clip.npy');
    const bytes = await readFile(copy);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(copy, bytes);
    const damaged = await warmstart('encoder', 'use', 'faces', 'external:clip');
    const { code, stderr } = damaged.code === 0 ? await warmstart('encoder', 'run', 'faces') : damaged;
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/clip\.npy is missing or damaged; add the embeddings again/);
  });

  it('and an ONNX file can not have the same name; both can be removed', async () => {
    const { workspace, warmstart, write, add, refused } = await place();
    await writeFile(join(workspace, 'clip.onnx'), vitLike());
    const model = () => warmstart('encoder', 'add', 'faces', 'clip.onnx', '--size', '32x32');
    await write([...ids.keys()], 4);
    expect(await add()).toMatchObject({ code: 0 });
    expect(await model()).toMatchObject({ code: 2, stderr: expect.stringMatching(/"clip" already, of embeddings/) });
    expect(await warmstart('encoder', 'remove', 'faces', 'clip')).toMatchObject({ code: 0 });
    expect(await model()).toMatchObject({ code: 0 });
    expect(await refused()).toMatch(/"clip" already, an ONNX file/);
  });
});
