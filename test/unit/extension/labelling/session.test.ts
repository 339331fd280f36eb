import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readAnswers } from '../../../../src/extension/datasets/answers';
import { KnownFiles } from '../../../../src/extension/datasets/knownFiles';
import { LabellingSession } from '../../../../src/extension/labelling/session';
import { type Batch, makeBatch } from '../../../support/labellingBatch';

const images = ['a.png', 'b.png', 'c.png', 'd.png'];

describe('a labelling session', () => {
  let batch: Batch;
  const open: LabellingSession[] = [];
  beforeEach(async () => {
    batch = await makeBatch({ classes: ['happy', 'sad'], images });
  });
  afterEach(async () => {
    for (const session of open.splice(0)) session.dispose();
    await batch.remove();
  });

  async function start(annotator = 'anna') {
    const changed = vi.fn();
    const address = { workspace: batch.workspace, dataset: 'faces', round: 1 };
    const session = new LabellingSession(address, batch.directory, {
      engine: batch.engine,
      annotator: () => annotator,
      autoAdvance: () => true,
      uriOf: (path) => path,
      whyHidden: () => null,
      changed,
    });
    open.push(session);
    await session.refresh();
    changed.mockClear();
    return { session, changed };
  }
  const press = (session: LabellingSession, image: string, label: string | null, replace = false) =>
    session.answer({ answers: [{ image, label, flag: null, seconds: 1, replace }] });
  const labels = async (annotator = 'anna') =>
    Object.fromEntries(Object.entries(await batch.labels(annotator)).map(([image, { label }]) => [image, label]));

  it('tells a page nothing that it knows from the answer to its own request', async () => {
    const { session, changed } = await start();
    expect((await press(session, 'a.png', 'happy')).labelled).toBe(1);
    expect((await press(session, 'b.png', null)).labelled).toBe(1);
    expect((await press(session, 'a.png', 'sad', true)).labelled).toBe(1);
    await session.refresh(); // the watcher sees what was written
    expect((await session.undo()).labelled).toBe(1);
    await session.flag({ image: 'a.png', flag: 'odd' });
    await session.refresh();
    expect(changed).not.toHaveBeenCalled();
    expect(Object.keys(session.state().answers)).toEqual(['a.png', 'b.png']);
    expect((await session.undo()).labelled).toBe(1);
    expect((await session.undo()).labelled).toBe(0);
  });

  it('counts no image as labelled on which people disagree, as training does', async () => {
    const [anna, ben, cleo] = [await start(), await start('ben'), await start('cleo')];
    expect((await press(anna.session, 'a.png', 'happy')).labelled).toBe(1);
    await ben.session.refresh();
    expect((await press(ben.session, 'a.png', 'sad')).labelled).toBe(0);
    await cleo.session.refresh();
    expect((await press(cleo.session, 'a.png', 'sad')).labelled).toBe(0);
    await Promise.all([anna, ben].map(({ session }) => session.refresh()));
    expect([anna, ben].map(({ session }) => session.state().labelled)).toEqual([0, 0]);
    expect((await press(anna.session, 'a.png', 'sad', true)).labelled).toBe(1);
  });

  it('tells of what another person, another window or an editor writes', async () => {
    const { session, changed } = await start();
    const ben = await start('ben');
    await press(session, 'a.png', 'happy');
    await press(ben.session, 'b.png', 'sad');
    await session.refresh();
    expect(changed).toHaveBeenCalledTimes(1);
    expect(session.state()).toMatchObject({ labelled: 2, others: { 'b.png': [{ annotator: 'ben', label: 'sad' }] } });
    const again = await start();
    await press(again.session, 'c.png', 'sad');
    await session.refresh();
    expect(changed).toHaveBeenCalledTimes(2);
    expect(session.state().answers).toHaveProperty(['c.png', 'label'], 'sad');
    const path = join(batch.directory, 'labels', 'anna.jsonl');
    await writeFile(path, (await readFile(path, 'utf8')).replace('happy', 'sad'));
    await session.refresh();
    expect(changed).toHaveBeenCalledTimes(3);
    expect(session.state().answers).toHaveProperty(['a.png', 'label'], 'sad');
  });

  describe('with images that people are asked again', () => {
    const earlier = 'earlier.png';
    const repeat = { image: earlier, place: 2, score: 0.5, reason: 'unlike all images chosen before' };
    const at = '2026-01-31T12:00:00.000Z';

    async function asked(annotator = 'anna') {
      const path = join(batch.directory, 'rounds', '0001.json');
      const round = JSON.parse(await readFile(path, 'utf8'));
      const repeats = [{ annotator: 'anna', ...repeat }];
      await writeFile(path, JSON.stringify({ ...round, schema: 3, repeats }));
      for (const name of ['anna', 'ben']) {
        const entry = { label: 'sad', at, seconds: 1 };
        const additions = [{ image: earlier, entry }];
        const file = { workspace: batch.workspace, dataset: 'faces', annotator: name };
        await batch.engine.request('labels/add', { ...file, additions, overwrite: true });
      }
      return start(annotator);
    }
    const second = async () => {
      const path = join(batch.directory, 'repeats', 'labels', 'anna.jsonl');
      return (await readFile(path, 'utf8').catch(() => '')).match(/"label": "\w+"/g) ?? [];
    };
    const before = { [earlier]: 'sad' };

    beforeEach(async () => {
      await batch.remove();
      batch = await makeBatch({ classes: ['happy', 'sad'], images, besides: [earlier] });
    });

    it('shows one as if it were new, in its place, and to that person alone', async () => {
      const { session } = await asked();
      const { images: shown, answers, others, labelled } = session.state();
      expect(shown.map(({ id }) => id)).toEqual(['a.png', 'b.png', earlier, 'c.png', 'd.png']);
      expect(shown[2]).toMatchObject({ score: 0.5, reason: repeat.reason, everybody: false });
      expect([answers, others, labelled]).toEqual([{}, {}, 1]);
      const ben = await start('ben');
      expect(ben.session.state().images.map(({ id }) => id)).toEqual(images);
    });

    it('saves what is said beside the labels, changes and takes it back, and counts it for nothing', async () => {
      const { session } = await asked();
      expect((await press(session, earlier, 'happy')).labelled).toBe(1);
      expect([await labels(), await second()]).toEqual([before, ['"label": "happy"']]);
      expect(session.state().answers).toMatchObject({ [earlier]: { label: 'happy' } });
      await press(session, earlier, 'sad', true);
      expect(await second()).toEqual(['"label": "sad"']);
      await session.undo();
      expect(await second()).toEqual(['"label": "happy"']);
      await session.undo();
      expect([await labels(), await second()]).toEqual([before, []]);
      expect(session.state().answers).toEqual({});
    });

    it('saves a press on one of them and others together, and is finished when all are answered', async () => {
      const { session } = await asked();
      const of = (image: string) => ({ image, label: 'happy', flag: null, seconds: 1, replace: false });
      await session.answer({ answers: images.map(of) });
      expect(session.finished).toBe(false);
      await session.undo();
      await session.answer({ answers: [...images, earlier].map(of) });
      expect(session.finished).toBe(true);
      expect(await second()).toEqual(['"label": "happy"']);
      expect(Object.keys(await labels())).toEqual([...images, earlier]);
      const again = await start();
      expect(again.session.state().answers).toHaveProperty([earlier, 'label'], 'happy');
      expect(Object.keys((await again.session.undo()).removed).sort()).toEqual([...images, earlier].sort());
      expect([await labels(), await second()]).toEqual([before, []]);
    });

    it('asks nothing again while the file of second answers is damaged, and says so', async () => {
      await mkdir(join(batch.directory, 'repeats', 'labels'), { recursive: true });
      await writeFile(join(batch.directory, 'repeats', 'labels', 'anna.jsonl'), 'damaged');
      const { session } = await asked();
      expect(session.state().images.map(({ id }) => id)).toEqual(images);
      expect(session.state().notices).toEqual([expect.stringMatching(/repeats.*anna\.jsonl/)]);
      expect((await press(session, 'a.png', 'happy')).labelled).toBe(2);
    });
  });

  it.each([
    ['an unfinished merge', '<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n'],
    ['half a file', '{ "schema": 1, '],
    ['an empty file', ''],
    ['a wrong field', '{ "schema": 2 }\n{ "image": "a.png", "label": 7 }\n'],
  ])('says of %s what the tree says of it', async (_, text) => {
    const file = join(batch.directory, 'labels', 'anna.jsonl');
    await mkdir(join(batch.directory, 'labels'), { recursive: true });
    await writeFile(file, text);
    const { session } = await start();
    const { problems } = await readAnswers(batch, ['happy', 'sad'], new KnownFiles());
    expect(problems).toHaveLength(1);
    expect(session.state().paused).toBe(`${file}: ${problems[0].message}`);
  });

  it('reads its own file again only later, just after it has saved', async () => {
    const { session } = await start();
    const own = '/w/warmstart/faces/labels/anna.jsonl';
    expect(session.isOwnWriting(own)).toBe(false);
    await press(session, 'a.png', 'happy');
    expect(session.isOwnWriting(own)).toBe(true);
    expect(session.isOwnWriting('/w/warmstart/faces/labels/ben.jsonl')).toBe(false);
    expect(session.isOwnWriting('/w/warmstart/faces/rounds/0001.json')).toBe(false);
  });

  it('undoes a change after a reload by putting the earlier answer back', async () => {
    const { session } = await start();
    await press(session, 'a.png', 'happy');
    await press(session, 'b.png', 'sad');
    await press(session, 'a.png', 'sad', true);
    await press(session, 'a.png', null, true);
    const { session: reloaded } = await start();
    expect((await reloaded.undo()).restored).toMatchObject({ 'a.png': { label: 'sad' } });
    expect((await reloaded.undo()).restored).toMatchObject({ 'a.png': { label: 'happy' } });
    expect(await labels()).toEqual({ 'a.png': 'happy', 'b.png': 'sad' });
    expect((await reloaded.undo()).removed).toEqual({ 'b.png': { flag: null } });
    expect((await reloaded.undo()).removed).toEqual({ 'a.png': { flag: null } });
    expect(await labels()).toEqual({});
  });

  it('undoes a change although the notes of earlier answers are half-written or hold nonsense', async () => {
    const { session } = await start();
    await press(session, 'a.png', 'happy');
    const path = join(batch.directory, '.cache', 'replaced', 'anna.jsonl');
    await press(session, 'a.png', 'sad', true);
    await appendFile(path, '{"at":"2026-01-31T12:00:00.000Z","ima');
    await press(session, 'b.png', 'happy');
    await press(session, 'b.png', 'sad', true);
    const { session: reloaded } = await start();
    await reloaded.undo();
    await reloaded.undo();
    expect(await labels()).toEqual({ 'a.png': 'sad' });
    await reloaded.undo();
    expect(await labels()).toEqual({ 'a.png': 'happy' });
    await rm(path);
  });

  it('undoes nothing after a reload when the notes of earlier answers are gone', async () => {
    const { session } = await start();
    await press(session, 'a.png', 'happy');
    await press(session, 'a.png', 'sad', true);
    await press(session, 'b.png', 'sad');
    await rm(join(batch.directory, '.cache', 'replaced'), { recursive: true });
    const { session: reloaded } = await start();
    await expect(reloaded.undo()).rejects.toThrow(/anna\.jsonl does not tell .* b\.png .* choose another answer/);
    expect(await labels()).toEqual({ 'a.png': 'sad', 'b.png': 'sad' });
    // what is pressed from now on is noted again
    await press(reloaded, 'c.png', 'happy');
    await press(reloaded, 'b.png', 'happy', true);
    const { session: again } = await start();
    expect((await again.undo()).restored).toMatchObject({ 'b.png': { label: 'sad' } });
    expect((await again.undo()).removed).toEqual({ 'c.png': { flag: null } });
    await expect(again.undo()).rejects.toThrow(/Nothing was undone/);
    expect(await labels()).toEqual({ 'a.png': 'sad', 'b.png': 'sad' });
    // the session that gave the answers still knows
    await session.refresh();
    await session.undo();
    await session.undo();
    expect(await labels()).toEqual({ 'a.png': 'happy' });
  });

  it('loses nothing when two windows of the same annotator label at once', async () => {
    const [{ session: one }, { session: two }] = [await start(), await start()];
    await Promise.all([press(one, 'a.png', 'happy'), press(two, 'b.png', 'sad')]);
    await expect(press(two, 'a.png', 'sad')).rejects.toThrow(/Another window has answered a\.png/);
    expect(await labels()).toEqual({ 'a.png': 'happy', 'b.png': 'sad' });
    expect(two.state().unsaved).toHaveProperty(['a.png', 'replace'], true);
    // one window changes what the other has answered; there it is undone, although nothing told of the change
    await two.refresh();
    await press(two, 'a.png', 'sad', true);
    expect((await one.undo()).restored).toMatchObject({ 'a.png': { label: 'happy' } });
    // a change gives up what is on the disk, not what this window has last seen
    await press(two, 'a.png', 'sad', true);
    await press(one, 'a.png', null, true);
    await one.undo();
    expect(await labels()).toEqual({ 'a.png': 'sad', 'b.png': 'sad' });
  });

  it('lets two annotators answer the same images at once', async () => {
    const [{ session: anna }, { session: ben }] = [await start(), await start('ben')];
    await Promise.all(images.flatMap((image) => [press(anna, image, 'happy'), press(ben, image, 'sad')]));
    expect(await labels('anna')).toEqual(Object.fromEntries(images.map((image) => [image, 'happy'])));
    expect(await labels('ben')).toEqual(Object.fromEntries(images.map((image) => [image, 'sad'])));
    await ben.undo();
    expect(Object.keys(await labels('ben'))).toHaveLength(3);
    expect(Object.keys(await labels('anna'))).toHaveLength(4);
  });
});
