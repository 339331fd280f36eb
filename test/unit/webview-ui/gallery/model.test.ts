import { describe, expect, it } from 'vitest';
import type { GalleryState } from '../../../../src/shared/protocol/gallery';
import { moved, toggled, whole, zoomed } from '../../../../webview-ui/common/zoom';
import { inSight, layoutOf, placesIn, scrolled, scrollTopOf } from '../../../../webview-ui/gallery/layout';
import { GalleryModel } from '../../../../webview-ui/gallery/model';

const computed = { status: 'none', message: null, version: 0 } as const;
const classes = ['happy', 'sad'];
const state = (changes: Partial<GalleryState> = {}): GalleryState => ({
  address: { workspace: '/w', dataset: 'faces' },
  annotator: 'anna',
  classes,
  digest: 'd',
  problem: null,
  answers: { image: [], own: [], others: [], by: [], reviewed: [], at: [], flags: {}, settled: {} },
  unsaved: {},
  predictions: computed,
  suspicions: computed,
  likeness: computed,
  like: null,
  duplicates: computed,
  set: null,
  paused: null,
  notices: [],
  texts: {} as GalleryState['texts'],
  ...changes,
});
const modelOf = (ids: readonly string[], test: readonly number[] = []) => {
  const model = GalleryModel.of(state(), undefined);
  model.takeImages({ digest: 'd', ids, test });
  return model;
};
const entry = (label: string, minute: number) => ({ label, at: `2026-01-31T12:0${minute}:00.000Z`, seconds: 1 });

describe('the images of a gallery', () => {
  it('stand in the order of their names, whatever folder they lie in', () => {
    const model = modelOf(['sad/b.png', 'happy/c.png', 'sad/a.png', 'happy/a.png']);
    expect([...model.view]).toEqual([2, 3, 0, 1]);
  });

  it('turn once to those that somebody asked to see, begin with the one that is meant, and leave the rest a choice away', () => {
    const model = modelOf(['a', 'b', 'c', 'd']);
    const asked = {
      key: 1,
      title: 'Round 3: angry taken for sad',
      images: ['d', 'b', 'gone'],
      sort: 'name',
      image: 'd',
    } as const;
    model.show({ text: 'a' });
    model.receive(state({ set: asked }));
    expect([...model.view]).toEqual([1, 3]);
    expect([model.filter, model.text, model.current]).toEqual(['set', '', 3]);
    model.show({ filter: 'all' });
    model.receive(state({ set: asked, annotator: 'bo' }));
    expect([...model.view]).toEqual([0, 1, 2, 3]);
    model.receive(state({ set: { ...asked, key: 2, images: ['a'], image: null } }));
    expect([...model.view]).toEqual([0]);
    const again = GalleryModel.of(state(), model.kept); // after a reload of the window nobody has asked
    again.takeImages({ digest: 'd', ids: ['a', 'b'], test: [] });
    expect([...again.view]).toEqual([0, 1]);
  });

  it('are those of the set also where they are listed only after it was asked for', () => {
    const asked = { key: 1, title: 'Suspicious labels', images: ['c', 'b'], sort: 'suspicion', image: 'c' } as const;
    const model = GalleryModel.of(state({ set: asked }), undefined);
    model.takeImages({ digest: 'd', ids: ['a', 'b', 'c'], test: [] });
    expect([[...model.view], model.sort, model.current]).toEqual([[1, 2], 'suspicion', 2]);
  });

  it('leave the view when their answer does not fit it any more, and come back with an undo', () => {
    const model = modelOf(['a', 'b', 'c', 'd']);
    model.show({ filter: 'unlabelled' });
    model.selection.add([0, 2]);
    const press = model.press(model.targets, 'sad', 4)!;
    expect(press.answers).toEqual(
      ['a', 'c'].map((image) => ({ image, label: 'sad', flag: null, seconds: 2, replace: false })),
    );
    expect([...model.view]).toEqual([1, 3]);
    model.saved(press, { entries: { a: entry('sad', 1), c: entry('sad', 1) }, labelled: 2, gone: [] });
    expect([...model.view]).toEqual([1, 3]);
    model.undone({ removed: { a: { flag: null }, c: { flag: null } }, restored: {}, labelled: 0 });
    expect([...model.view]).toEqual([0, 1, 2, 3]);
    expect([...model.targets]).toEqual([0, 2]);
  });

  it('keep the answer that is on the disk where a press failed, and a flag with the next answer', () => {
    const model = modelOf(['a', 'b']);
    model.receive(
      state({
        answers: {
          image: [0],
          own: [0],
          others: [-1],
          by: [],
          reviewed: [],
          at: [1],
          flags: { 0: 'odd' },
          settled: {},
        },
      }),
    );
    const press = model.press([0], 'sad', 1)!;
    expect(press.answers).toMatchObject([{ flag: 'odd', replace: true }]);
    expect(model.columns.labelOf(0)).toBe(1);
    model.failed(press);
    expect(model.columns.labelOf(0)).toBe(0);
  });

  it('forget with an undo what the last press could not save, and nothing before', () => {
    const model = modelOf(['a', 'b']);
    const lost = { label: 'sad', flag: null, seconds: 1, replace: false, message: 'No space.' };
    model.failed(model.press([0], 'sad', 1)!);
    model.failed(model.press([1], 'sad', 1)!);
    model.receive(state({ unsaved: { a: lost, b: lost } }));
    expect(model.lastUnsaved).toEqual(['b']);
    expect(model.retries().flatMap(({ answers }) => answers.map(({ image }) => image))).toEqual(['a', 'b']);
  });

  it('answer nothing while labelling is paused', () => {
    const model = modelOf(['a']);
    model.receive(state({ paused: 'Some file is damaged.' }));
    expect(model.press([0], 'sad', 1)).toBeNull();
  });

  it('ignore columns of other images than those that are shown', () => {
    const model = modelOf(['a', 'b']);
    model.receive(
      state({
        digest: 'other',
        answers: { image: [0], own: [1], others: [-1], by: [], reviewed: [], at: [1], flags: {}, settled: {} },
      }),
    );
    model.takePredictions({ digest: 'other', predicted: [1], probability: [1] });
    expect([model.columns.labelOf(0), model.columns.predicted]).toEqual([-1, null]);
  });

  it('are grouped by prediction where these are looked over, and each takes its own when accepted', () => {
    const model = modelOf(['a', 'b', 'c', 'd', 'e'], [4]);
    model.takePredictions({ digest: 'd', predicted: [1, 0, 1, -1, 0], probability: [0.9, 0.6, 0.8, 0, 0.7] });
    model.show({ filter: 'review', sort: 'sure' });
    expect([...model.view]).toEqual([1, 0, 2]);
    expect(model.toReview()).toEqual([1, 2]);
    model.selection.add(model.view);
    const press = model.press(model.acceptable(model.targets), undefined, 3)!;
    expect(press.answers).toEqual(
      [
        ['b', 'happy'],
        ['a', 'sad'],
        ['c', 'sad'],
      ].map(([image, label]) => ({ image, label, flag: null, seconds: 1, replace: false, source: 'reviewed' })),
    );
    expect(model.view).toHaveLength(0);
    model.failed(press);
    expect([...model.view]).toEqual([1, 0, 2]);
    // a correction is a reviewed prediction as well; a label outside of the review is not
    model.show({ filter: 'review:sad' });
    expect([...model.view]).toEqual([0, 2]);
    expect(model.press([0], 'happy', 1)!.answers).toMatchObject([{ label: 'happy', source: 'reviewed' }]);
    model.show({ filter: 'all' });
    expect(model.press([3], 'happy', 1)!.answers[0]).not.toHaveProperty('source');
    // what the model says nothing of can't be accepted
    expect(model.acceptable([0, 3])).toEqual([0]);
  });

  it('keep the source of an answer that could not be saved', () => {
    const model = modelOf(['a']);
    const failed = {
      label: 'sad',
      flag: null,
      seconds: 1,
      replace: false,
      source: 'reviewed',
      message: 'full',
    } as const;
    model.receive(state({ unsaved: { a: failed } }));
    const { message: _, ...answer } = failed;
    expect(model.retries()).toEqual([{ label: 'sad', images: [0], answers: [{ image: 'a', ...answer }] }]);
  });

  it('are those of one annotator, near duplicates side by side, or in order of likeness', () => {
    const model = modelOf(['a', 'b', 'c', 'd']);
    const answers = { ...state().answers, image: [1, 2], own: [0, -1], others: [-1, 1], at: [1, 0] };
    model.receive(
      state({
        answers: {
          ...answers,
          by: [
            { annotator: 'anna', images: [1] },
            { annotator: 'ben', images: [2] },
          ],
          reviewed: [2],
        },
      }),
    );
    const shows = (filter: string) => {
      model.show({ filter });
      return [...model.view];
    };
    expect([shows('by:anna'), shows('by:ben'), shows('reviewed')]).toEqual([[1], [2], [2]]);
    expect(shows('by:nobody')).toHaveLength(4);
    expect(shows('duplicates')).toEqual([]);
    model.takeDuplicates({
      digest: 'd',
      groups: [
        [1, 3],
        [0, 2],
      ],
    });
    expect([...model.view]).toEqual([1, 3, 0, 2]);
    model.show({ filter: 'all', sort: 'similar' });
    model.takeLikeness({ digest: 'd', likeness: [0.2, 1, -0.3, 0.9] });
    expect([...model.view]).toEqual([1, 3, 0, 2]);
  });

  it('are flagged where this annotator has an answer, and the flags taken away where all have one', () => {
    const model = modelOf(['a', 'b', 'c']);
    model.receive(state({ answers: { ...state().answers, image: [0, 1], own: [0, 1], others: [-1, -1], at: [1, 2] } }));
    model.selection.add([0, 1, 2]);
    expect(model.flagging()).toEqual({ images: ['a', 'b'], flag: 'flagged' });
    model.flagged({ entries: { a: { ...entry('happy', 1), flag: 'flagged' } } });
    expect(model.flagging()).toEqual({ images: ['a', 'b'], flag: 'flagged' });
    model.flagged({ entries: { b: { ...entry('sad', 2), flag: 'flagged' } } });
    expect(model.flagging()).toEqual({ images: ['a', 'b'], flag: null });
  });

  it('are 100,000 without anybody noticing', () => {
    const ids = Array.from({ length: 100_000 }, (_, i) => `train/${classes[i % 2]}/face-${(i * 7919) % 100_000}.png`);
    const model = modelOf(ids);
    model.takePredictions({
      digest: 'd',
      predicted: ids.map((_, i) => i % 2),
      probability: ids.map((_, i) => (i % 991) / 991),
    });
    model.show({ sort: 'confidence' });
    // the time that this process has computed, whatever else the machine does; the quickest of several rounds
    const round = () => {
      const before = process.cpuUsage();
      for (const filter of ['predicted:sad', 'unlabelled', 'wrong', 'all']) model.show({ filter });
      return process.cpuUsage(before).user / 4_000;
    };
    expect(Math.min(round(), round(), round(), round(), round())).toBeLessThan(40);
    expect(model.columns.probability?.[model.view[0]!]).toBe(0);
    model.show({ filter: 'predicted:sad' });
    expect(model.view).toHaveLength(50_000);
  });
});

describe('the layout', () => {
  it('has only what is in sight, also of more rows than an element can be high', () => {
    const count = 5_000_000;
    const layout = layoutOf(count, 128, 900);
    expect(layout.columns).toBe(6);
    expect(layout.total).toBeLessThan(33_000_000);
    const end = scrolled(layout, layout.total - 700, 700);
    const [first, last] = inSight(layout, end, 700, count);
    expect(last).toBe(count);
    expect(last - first).toBeLessThan(80);
    expect(scrolled(layout, scrollTopOf(layout, 123_456_789, 700), 700)).toBeCloseTo(123_456_789, 3);
  });

  it('finds what a box touches', () => {
    const layout = layoutOf(10, 128, 3 * 144);
    const box = { left: 150, right: 300, top: 10, bottom: layout.height + 5 };
    expect(placesIn(layout, box, 10)).toEqual([1, 2, 4, 5]);
    expect(placesIn(layout, { left: -50, right: 10_000, top: 3 * layout.height + 1, bottom: 10_000 }, 10)).toEqual([9]);
  });
});

describe('zooming', () => {
  const picture = { width: 1000, height: 500 };
  const window = { width: 500, height: 500 };

  it('shows the whole picture, its full size, and goes back', () => {
    const first = whole(picture, window);
    expect(first).toEqual({ scale: 0.5, x: 0, y: 0 });
    const full = toggled(first, picture, window);
    expect(full.scale).toBe(1);
    expect(toggled(full, picture, window)).toEqual(first);
    const small = { width: 48, height: 48 };
    expect(whole(small, window).scale).toBe(8);
    expect(toggled(whole(small, window), small, window).scale).toBe(16);
  });

  it('keeps the point under the pointer, and no edge inside of the window', () => {
    const at = { x: 100, y: 0 };
    const nearer = zoomed({ scale: 1, x: 0, y: 0 }, 2, { picture, window, at });
    expect(nearer).toEqual({ scale: 2, x: -100, y: 0 });
    expect(moved(nearer, { x: 10_000, y: 10_000 }, picture, window)).toEqual({ scale: 2, x: 750, y: 250 });
    expect(zoomed(nearer, 0.0001, { picture, window }).scale).toBe(0.5);
  });
});
