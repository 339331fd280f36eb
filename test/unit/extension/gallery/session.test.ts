import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GallerySession } from '../../../../src/extension/gallery/gallerySession';
import { DIFFERENT, NO_ANSWER, SKIPPED, UNKNOWN_CLASS } from '../../../../src/shared/protocol/gallery';
import { type LabelEntry, serialiseLabels } from '../../../../src/shared/schema/labels';
import { DIGEST, type GalleryFolder, makeGallery } from '../../../support/galleryFolder';

const images = ['happy/a.png', 'happy/b.png', 'sad/c.png', 'sad/d.png'];
const given = (label: string): LabelEntry => ({ label, at: '2026-01-31T12:00:00.000Z', seconds: 1 });

describe('a gallery', () => {
  let folder: GalleryFolder;
  const open: GallerySession[] = [];
  beforeEach(async () => {
    folder = await makeGallery({ classes: ['happy', 'sad'], images, test: [3], pictures: 2 });
  });
  afterEach(async () => {
    for (const session of open.splice(0)) session.dispose();
    await folder.remove();
  });

  async function start(annotator = 'anna') {
    const changed = vi.fn();
    const session = new GallerySession({ workspace: folder.workspace, dataset: 'faces' }, folder.directory, {
      engine: folder.engine,
      annotator: () => annotator,
      uriOf: (path) => `page:${path}`,
      whyHidden: () => null,
      changed,
    });
    open.push(session);
    await session.refresh();
    await session.list();
    changed.mockClear();
    return { session, changed };
  }
  const press = (session: GallerySession, of: readonly string[], label: string | null, replace = false) =>
    session.answer({ answers: of.map((image) => ({ image, label, flag: null, seconds: 1, replace })) });
  /** Image → own and others' answer. */
  const columns = (session: GallerySession) => {
    const { image, own, others } = session.state().answers;
    return Object.fromEntries(image.map((number, row) => [images[number], [own[row], others[row]]]));
  };

  it('knows every image, and what everybody says of it', async () => {
    await folder.label('ben', { [images[0]]: given('sad'), [images[1]]: given('happy'), [images[3]]: given('sad') });
    await folder.label('cleo', {
      [images[1]]: given('sad'),
      [images[2]]: { skipped: true, at: given('sad').at, seconds: 1 },
    });
    await folder.label('anna', { [images[0]]: { ...given('happy'), flag: 'odd' } });
    const { session } = await start();
    expect(await session.list()).toEqual({ digest: DIGEST, ids: images, test: [3] });
    expect(columns(session)).toEqual({
      [images[0]]: [0, 1],
      [images[1]]: [NO_ANSWER, DIFFERENT],
      [images[2]]: [NO_ANSWER, SKIPPED],
      [images[3]]: [NO_ANSWER, 1],
    });
    expect(session.state().answers.flags).toEqual({ 0: 'odd' });
  });

  it('labels many images as one step, and undoes it as one, also after a reload', async () => {
    const { session, changed } = await start();
    await press(session, [images[0]], 'sad');
    await press(session, images.slice(0, 3), 'happy', true);
    expect(changed).not.toHaveBeenCalled();
    const requests = folder.requests.filter(({ method }) => method === 'labels/add');
    expect(requests).toHaveLength(2);
    const { session: again } = await start();
    const { removed, restored } = await again.undo();
    expect(Object.keys(removed)).toEqual(images.slice(1, 3));
    expect(restored).toMatchObject({ [images[0]]: { label: 'sad' } });
    expect(Object.keys(await folder.labels('anna'))).toEqual([images[0]]);
  });

  it('tells of what others write, and of nothing that the page knows', async () => {
    const { session, changed } = await start();
    await press(session, [images[0]], 'happy');
    await session.refresh();
    expect(changed).not.toHaveBeenCalled();
    await folder.label('ben', { [images[0]]: given('sad') });
    await session.refresh();
    expect(changed).toHaveBeenCalledTimes(1);
    expect(columns(session)).toEqual({ [images[0]]: [0, 1] });
  });

  it('asks the newest model once, and another one when there is another', async () => {
    const { session } = await start();
    expect(session.state().predictions).toMatchObject({ status: 'none' });
    const predictions = {
      digest: DIGEST,
      classes: ['happy', 'sad'],
      round: 1,
      predicted: [1, 0, 1, 0],
      probability: [0.6, 0.7, 0.8, 0.9],
    };
    folder.predictions = predictions;
    await folder.trained(1);
    await session.refresh();
    await vi.waitFor(() => expect(session.state().predictions).toMatchObject({ status: 'ready', version: 1 }));
    expect(session.predicted()).toMatchObject({ predicted: [1, 0, 1, 0] });
    await session.refresh();
    folder.predictions = null;
    await folder.trained(2);
    await session.refresh();
    await vi.waitFor(() =>
      expect(session.state().predictions).toMatchObject({
        status: 'failed',
        message: 'Nothing to answer predictions with; train first.',
      }),
    );
    expect(() => session.predicted()).toThrow(/computed anew/);
    await rm(join(folder.directory, 'results'), { recursive: true });
    await session.refresh();
    expect(session.state().predictions).toMatchObject({ status: 'none', message: null });
    expect(folder.requests.filter(({ method }) => method === 'predictions')).toHaveLength(2);
  });

  it('says why there are no predictions where the model is older than the images, and goes on saving', async () => {
    await folder.trained(1);
    folder.failJobs = 'The newest model of faces was trained on an earlier encoder; train again.';
    const { session } = await start();
    await vi.waitFor(() =>
      expect(session.state().predictions).toEqual({ status: 'failed', message: folder.failJobs, version: 0 }),
    );
    expect(() => session.predicted()).toThrow(/computed anew/);
    await press(session, [images[0]], 'sad');
    expect(await folder.labels('anna')).toMatchObject({ [images[0]]: { label: 'sad' } });
    folder.failJobs = null;
    folder.predictions = { digest: DIGEST, classes: ['happy'], round: 2, predicted: [0], probability: [1] };
    await folder.trained(2);
    await session.refresh();
    await vi.waitFor(() => expect(session.state().predictions).toMatchObject({ status: 'ready', message: null }));
  });

  it('flags many answers at once, keeps the source of reviewed predictions, and tells whose file has gone', async () => {
    const { session } = await start();
    const accepted = images
      .slice(0, 2)
      .map((image) => ({ image, label: 'happy', flag: null, seconds: 1, replace: false, source: 'reviewed' as const }));
    await rm(join(folder.workspace, 'images', ...images[1]!.split('/')));
    const { gone } = await session.answer({ answers: accepted });
    expect(gone).toEqual([images[1]]);
    await session.flag({ images: images.slice(0, 2), flag: 'odd' });
    const saved = await folder.labels('anna');
    for (const image of images.slice(0, 2))
      expect(saved[image]).toMatchObject({ label: 'happy', source: 'reviewed', flag: 'odd' });
    const { by, reviewed } = session.state().answers;
    expect([by, reviewed]).toEqual([[{ annotator: 'anna', images: [0, 1] }], [0, 1]]);
    await expect(session.flag({ images: [images[2]!], flag: 'odd' })).rejects.toThrow(/has no answer yet/);
  });

  it('says when classes of labels are no more, and leaves the labels as they are', async () => {
    const { session } = await start();
    await press(session, [images[0]], 'sad');
    const path = join(folder.directory, 'dataset.json');
    const file = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...file, classes: ['happy', 'sorry'] }));
    await session.refresh();
    expect(columns(session)).toEqual({ [images[0]]: [UNKNOWN_CLASS, NO_ANSWER] });
    expect(session.state().notices).toEqual([
      `1 labels have a class that the dataset does not have, such as "sad" of ${images[0]}; Edit Classes… takes them in or gives them another class.`,
    ]);
    expect(await folder.labels('anna')).toHaveProperty([images[0], 'label'], 'sad');
  });

  it('follows a class that git pull renamed while it was open, and saves nothing under the old name', async () => {
    const { session, changed } = await start();
    await press(session, [images[0], images[1]], 'sad');
    const pull = async (place: string, change: (text: string) => string) => {
      const path = join(folder.directory, ...place.split('/'));
      const text = await readFile(path, 'utf8');
      await writeFile(`${path}.pulled`, change(text));
      await rename(`${path}.pulled`, path);
    };
    await pull('dataset.json', (text) => JSON.stringify({ ...JSON.parse(text), classes: ['happy', 'sorry'] }));
    await pull('labels/anna.jsonl', (text) => text.replaceAll('"sad"', '"sorry"'));
    // the page has not heard of it yet
    await expect(press(session, [images[2]], 'sad')).rejects.toThrow(
      /The class "sad" is gone from dataset faces .*was not saved; answer with one of happy, sorry\./,
    );
    expect(session.state().unsaved).toHaveProperty([images[2], 'label'], 'sad');
    changed.mockClear();
    await session.refresh();
    expect(changed).toHaveBeenCalled();
    const { classes, notices } = session.state();
    expect([classes, notices]).toEqual([['happy', 'sorry'], []]);
    expect(columns(session)).toEqual({ [images[0]]: [1, NO_ANSWER], [images[1]]: [1, NO_ANSWER] });
    const saved = Object.entries(await folder.labels('anna')).map(([image, { label }]) => [image, label]);
    expect(saved).toEqual([images[0], images[1]].map((image) => [image, 'sorry']));
    await session.undo();
    expect(Object.keys(await folder.labels('anna'))).toEqual([]);
  });

  it('says when two annotators differ by case alone', async () => {
    await folder.label('anna', { [images[0]]: given('sad') });
    // as git brings it from a machine where the names are two
    await writeFile(
      join(folder.directory, 'labels', 'Anna.jsonl'),
      serialiseLabels(new Map([[images[1], given('sad')]])),
    );
    const { session } = await start();
    expect(session.state().notices).toEqual([
      expect.stringMatching(/Anna and anna differ only in upper and lower case.*rename one/),
    ]);
    expect(columns(session)).toEqual({ [images[0]]: [1, NO_ANSWER], [images[1]]: [NO_ANSWER, 1] });
  });

  it('pauses while the own label file is damaged', async () => {
    await mkdir(join(folder.directory, 'labels'), { recursive: true });
    await writeFile(join(folder.directory, 'labels', 'anna.jsonl'), '{ "schema": 1, ');
    const { session } = await start();
    expect(session.state().paused).toMatch(/anna\.json/);
    await expect(press(session, [images[0]], 'sad')).rejects.toThrow(/anna\.json/);
    expect(Object.keys(session.state().unsaved)).toEqual([images[0]]);
    await expect(session.undo()).rejects.toThrow(/anna\.json/);
    expect(await readFile(join(folder.directory, 'labels', 'anna.jsonl'), 'utf8')).toBe('{ "schema": 1, ');
  });

  it('has pictures only of images of the dataset, and says why there is none', async () => {
    const { session } = await start();
    await rm(join(folder.workspace, 'images', images[1]));
    const { uris } = await session.thumbnails({ images: [images[0], images[1], '../../secret.png'] });
    expect(uris).toEqual([`page:${join(folder.workspace, 'images', images[0])}`, null, null]);
    expect(await session.picture({ image: '../../secret.png' })).toEqual({ uri: null });
    expect((await session.explainImage({ image: images[1] })).message).toMatch(
      /b\.png is no longer there; put the image back/,
    );
    await writeFile(join(folder.workspace, 'images', images[1]), 'nonsense');
    expect((await session.explainImage({ image: images[1] })).message).toMatch(/b\.png cannot be shown/);
  });
});
