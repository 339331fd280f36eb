import { appendFile, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FacesFile, facesFile } from '../../src/shared/schema/faces';
import { ensureBuilt } from '../support/built';
import { run, start, untilWritten } from '../support/commandLine';
import { testEngine } from '../support/forkedEngine';
import { groupPhoto, type Posed, writePhoto } from '../support/groupPhotos';
import { temporaryFolder } from '../support/temporaryFolder';

beforeAll(ensureBuilt, 60_000);

const two: readonly Posed[] = [
  { person: 0, x: 220, y: 300, size: 300 },
  { person: 3, x: 640, y: 300, size: 200, turned: 20 },
];

interface Report {
  readonly alreadyImported: boolean;
  readonly counts: { readonly train: { readonly images: number } };
  readonly changes: { readonly added: string[]; readonly changed: string[]; readonly missing: string[] } | null;
  readonly faces: { readonly photos: number; readonly faces: number; readonly none: string[] };
  readonly broken: readonly { readonly id: string }[];
  readonly features: { readonly use: string };
}

/** Photos in a workspace: one of two people, one of one, one of an empty room, one that is cut off. */
async function withPhotos() {
  const workspace = await temporaryFolder();
  const photos = join(workspace, 'photos');
  const group = await groupPhoto(900, 600, two);
  await writePhoto(join(photos, 'party/group.jpg'), group);
  await writePhoto(join(photos, 'one.jpg'), await groupPhoto(500, 500, [{ person: 5, x: 250, y: 250, size: 320 }]));
  await writePhoto(join(photos, 'empty.jpg'), await groupPhoto(600, 400, []));
  await writePhoto(join(photos, 'cut.jpg'), group.subarray(0, group.length / 2));
  const directory = join(workspace, 'warmstart/photos');
  const warmstart = (...args: string[]) => run(['--workspace', workspace, '--json', ...args], { cwd: workspace });
  const list = async (): Promise<FacesFile> =>
    facesFile.parse(JSON.parse(await readFile(join(directory, 'faces.json'), 'utf8')));
  const failed = async (...args: string[]) => {
    const { code, stderr } = await warmstart(...args);
    expect(code).not.toBe(0);
    return stderr;
  };
  return { workspace, photos, directory, warmstart, list, failed };
}

const imagesOf = ({ found }: FacesFile) => found.flatMap(({ faces }) => faces.map(({ image }) => image)).sort();

describe('import --faces', () => {
  it('makes an image of each face, says which photo it comes from and where, and lists photos without any', async () => {
    const { directory, warmstart, list } = await withPhotos();
    const report = (await warmstart('import', 'photos', '--faces', '--classes', 'happy,sad')).json<Report>();
    expect(report.faces).toMatchObject({ photos: 4, faces: 3, none: ['empty.jpg'] });
    expect(report.broken.map(({ id }) => id)).toEqual(['cut.jpg']);
    expect([report.counts.train.images, report.features.use]).toEqual([3, 'faces']);
    const faces = await list();
    expect(imagesOf(faces)).toEqual(['one.jpg.face1.png', 'party/group.jpg.face1.png', 'party/group.jpg.face2.png']);
    const group = faces.found.find(({ photo }) => photo === 'party/group.jpg')!;
    for (const [i, { left, top, side, turned, image }] of group.faces.entries()) {
      const { x, y, size, turned: angle = 0 } = two[i]!;
      expect(Math.hypot(left + side / 2 - x, top + side / 2 - y)).toBeLessThan(size / 4);
      expect(Math.abs(turned - angle)).toBeLessThan(12);
      const { width, height } = await sharp(join(directory, 'faces', image)).metadata();
      expect([width, height]).toEqual([Math.min(side, 224), Math.min(side, 224)]);
    }
  });

  it('takes in new and changed photos when it is called again, with names and labels as they were', async () => {
    const { workspace, photos, directory, warmstart, list } = await withPhotos();
    await warmstart('import', 'photos', '--faces', '--classes', 'happy,sad');
    await writeFile(join(workspace, 'l.csv'), 'image,label\nparty/group.jpg.face2.png,sad\n');
    expect(await warmstart('label', 'photos', '--from', 'l.csv', '--annotator', 'anna')).toMatchObject({ code: 0 });
    expect((await warmstart('import', 'photos')).json<Report>()).toMatchObject({ alreadyImported: true });

    // somebody joins the group on the left, and the photo of one is taken away
    const third = { person: 9, x: 950, y: 300, size: 220 };
    const joined = [...two.map((one) => ({ ...one, x: one.x + 1 })), third];
    await writePhoto(join(photos, 'party/group.jpg'), await groupPhoto(1100, 600, joined));
    await rm(join(photos, 'one.jpg'));
    const { changes } = (await warmstart('import', 'photos')).json<Report>();
    expect(changes).toMatchObject({ added: ['party/group.jpg.face3.png'], missing: ['one.jpg.face1.png'] });
    expect(imagesOf(await list())).toEqual([1, 2, 3].map((n) => `party/group.jpg.face${n}.png`));
    expect(await stat(join(directory, 'faces/one.jpg.face1.png')).catch(() => null)).toBeNull();
    await warmstart('export', 'photos', '--out', 'out.csv');
    expect(await readFile(join(workspace, 'out.csv'), 'utf8')).toMatch(
      /^image,label,annotators,flag,source,settled,photo,left,top,side,turned\nparty\/group\.jpg\.face2\.png,sad,anna,,person,,party\/group\.jpg,\d+,\d+,\d+,[-.\d]+\n$/,
    );
  });

  it('loses nothing where the photos are gone, or the cache is', async () => {
    const { workspace, photos, directory, warmstart, list, failed } = await withPhotos();
    await warmstart('import', 'photos', '--faces', '--classes', 'happy,sad');
    const before = imagesOf(await list());
    await rename(photos, join(workspace, 'elsewhere'));
    expect(await failed('import', 'photos')).toMatch(/There is no folder .*photos; check the path/);
    expect(imagesOf(await list())).toEqual(before);
    await rm(join(directory, '.cache'), { recursive: true });
    const asked = await warmstart('query', 'photos', '--budget', '2');
    expect(asked).toMatchObject({ code: 0 });
  });

  it('keeps the names of faces that stay when one before them goes', async () => {
    const { photos, warmstart, list } = await withPhotos();
    await warmstart('import', 'photos', '--faces', '--no-classes');
    await writePhoto(join(photos, 'party/group.jpg'), await groupPhoto(900, 600, two.slice(1)));
    await warmstart('import', 'photos');
    expect(imagesOf(await list())).toEqual(['one.jpg.face1.png', 'party/group.jpg.face2.png']);
  });

  it('takes folders of the photos for classes, and the names of KDEF for KDEF', async () => {
    const { workspace, warmstart } = await withPhotos();
    const kdef = [0, 1, 2, 3, 5, 6].map((person) => ({
      person,
      name: `A${person % 2 ? 'M' : 'F'}0${1 + (person >> 1)}`,
    }));
    for (const { person, name } of kdef)
      await writePhoto(
        join(workspace, `kdef/${name}/${name}${person < 3 ? 'HA' : 'SA'}S.JPG`),
        await groupPhoto(562, 762, [{ person, x: 281, y: 400, size: 420 }]),
      );
    const report = (await warmstart('import', 'kdef', '--faces')).json<Report & { layout: string }>();
    expect(report).toMatchObject({ layout: 'kdef', faces: { faces: 6 } });
    for (const [i, label] of ['sad', 'happy', 'sad'].entries())
      await writePhoto(
        join(workspace, `sorted/${label}/${i}.jpg`),
        await groupPhoto(500, 500, [{ person: i, x: 250, y: 250, size: 350 }]),
      );
    const sorted = (await warmstart('import', 'sorted', '--faces')).json<{ classes: string[] }>();
    expect(sorted.classes).toEqual(['happy', 'sad']);
  });

  it('is there for the editor, which asks where files are as large as photos', async () => {
    const { workspace, photos } = await withPhotos();
    const { engine } = testEngine();
    const look = (folder: string) => engine.run('look', { workspace, folder }, {});
    expect((await look(photos)).mayBePhotos).toBe(false);
    for (const name of ['one.jpg', 'empty.jpg', 'cut.jpg', 'party/group.jpg'])
      await appendFile(join(photos, name), Buffer.alloc(50_000));
    expect((await look(photos)).mayBePhotos).toBe(true);
    const { images, features } = await engine.run(
      'import',
      { workspace, folder: photos, faces: true, classes: [] },
      {},
    );
    expect([images, features.use]).toEqual([3, 'faces']);
  });

  it('goes on where it was stopped, within a second and without cutting a face twice', async () => {
    const { workspace, photos, directory, warmstart, list } = await withPhotos();
    const large = await sharp(await groupPhoto(900, 600, two))
      .resize(3600)
      .jpeg()
      .toBuffer();
    for (let i = 0; i < 12; i++) {
      await writePhoto(join(photos, `p${i}.jpg`), large);
      await appendFile(join(photos, `p${i}.jpg`), `${i}`); // another file, the same picture
    }
    const args = ['--workspace', workspace, 'import', 'photos', '--faces', '--no-classes'];
    const importing = start(args, { cwd: workspace });
    await untilWritten(join(directory, 'faces/p1.jpg.face2.png'), importing);
    const stopped = performance.now();
    importing.child.kill('SIGINT');
    expect((await importing.ended).code).toBe(130);
    expect(performance.now() - stopped).toBeLessThan(5000); // a second, on a machine that has nothing else to do
    const cut = (await list()).found.flatMap(({ faces }) => faces.map(({ image }) => image));
    expect(cut.length).toBeGreaterThan(0);
    expect(cut.length).toBeLessThan(27);
    const times = () => Promise.all(cut.map(async (image) => (await stat(join(directory, 'faces', image))).mtimeMs));
    const before = await times();
    const report = (await warmstart('import', 'photos', '--faces', '--no-classes')).json<Report>();
    expect(report.faces.faces).toBe(27);
    expect(await times()).toEqual(before);
  });

  it('refuses in a sentence what makes no sense, before it looks at photos where it can, and leaves nothing behind', async () => {
    const { workspace, photos, warmstart, failed } = await withPhotos();
    await writePhoto(join(workspace, 'rooms/a.jpg'), await groupPhoto(600, 400, []));
    expect(await failed('import', 'rooms', '--faces')).toMatch(/No face was found in the 1 photo of .*rooms/);
    expect(await stat(join(workspace, 'warmstart')).catch(() => null)).toBeNull();
    const tiny = await groupPhoto(300, 300, [{ person: 0, x: 150, y: 150, size: 30 }]);
    await writePhoto(join(workspace, 'tiny/a.png'), await sharp(tiny).resize(300).png().toBuffer());
    expect(await failed('import', 'tiny', '--faces')).toMatch(/smaller than 36 pixels|No face was found/);
    expect(await failed('import', 'photos', '--face-detector', 'x.onnx')).toMatch(/add --faces, or leave it out/);
    expect(await failed('import', 'photos', '--faces', '--no-classes', '--face-detector', 'x.onnx')).toMatch(
      /no file .*x\.onnx/,
    );
    await writeFile(
      join(workspace, 'fer2013.csv'),
      `emotion,pixels,Usage\n0,${Array(2304).fill(9).join(' ')},Training\n`,
    );
    expect(await failed('import', 'fer2013.csv', '--faces')).toMatch(
      /leave out --faces|no rows|no images|There are no/,
    );
    for (const name of ['IMG_1', 'IMG_2'])
      await writePhoto(join(photos, `2024-05-01/${name}.jpg`), await groupPhoto(300, 300, []));
    expect(await warmstart('import', 'photos', '--name', 'whole', '--no-classes')).toMatchObject({ code: 0 });
    expect(await failed('import', 'photos', '--faces', '--name', 'whole')).toMatch(
      /already a dataset "whole" made from/,
    );
  });
});
