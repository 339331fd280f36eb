import { describe, expect, it } from 'vitest';
import type { LabellingState, LabellingTexts } from '../../../../src/shared/protocol/labelling';
import type { LabelEntry } from '../../../../src/shared/schema/labels';
import { type Kept, LabellingModel } from '../../../../webview-ui/labelling/model';

const address = { workspace: '/w', dataset: 'faces', round: 3 };
const entry = (label: string | null, flag?: string): LabelEntry => ({
  ...(label === null ? { skipped: true as const } : { label }),
  at: '2026-01-31T12:00:00.000Z',
  seconds: 1,
  ...(flag === undefined ? {} : { flag }),
});
const stateOf = (parts: Partial<LabellingState> = {}): LabellingState => ({
  address,
  annotator: 'anna',
  strategy: 'margin',
  classes: ['happy', 'sad'],
  images: ['a', 'b', 'c', 'd'].map((id) => ({ id, uri: id, score: 0, reason: '', everybody: false })),
  answers: {},
  others: {},
  unsaved: {},
  labelled: 0,
  pool: 10,
  suggestions: { status: 'off', message: null, items: {} },
  autoAdvance: true,
  show: null,
  paused: null,
  notices: [],
  texts: {} as LabellingTexts,
  ...parts,
});
const kept = (parts: Partial<Kept> = {}): Kept => ({
  address,
  position: null,
  grid: false,
  pixels: false,
  reviewing: false,
  draftFlags: {},
  ...parts,
});

describe('position', () => {
  it('is the first image without an answer', () => {
    expect(LabellingModel.of(stateOf({ answers: { a: entry('happy'), b: entry(null) } }), undefined).position).toBe(2);
  });

  it('is where the page was, after a reload', () => {
    const model = LabellingModel.of(stateOf({ answers: { a: entry('happy') } }), kept({ position: 'd', grid: true }));
    expect([model.position, model.grid]).toEqual([3, true]);
  });

  it('is the first without an answer when the image is gone, or another batch was kept', () => {
    const state = stateOf({ answers: { a: entry('happy') } });
    expect(LabellingModel.of(state, kept({ position: 'z' })).position).toBe(1);
    expect(LabellingModel.of(state, kept({ position: 'd', address: { ...address, round: 2 } })).position).toBe(1);
  });

  it('is an image that was asked for from outside, once', () => {
    const show = { image: 'c', asked: 'x' };
    const answers = { a: entry('happy'), b: entry(null), c: entry('sad'), d: entry('sad') };
    const model = LabellingModel.of(stateOf({ answers, show }), kept({ grid: true, position: 'a' }));
    expect([model.position, model.grid, model.finished]).toEqual([2, false, false]);
    model.goTo(0);
    model.receive(stateOf({ answers, show }));
    expect(model.position).toBe(0);
    expect(LabellingModel.of(stateOf({ answers, show }), model.kept).position).toBe(0); // nor after a reload
    model.receive(stateOf({ answers, show: { image: 'c', asked: 'y' } }));
    expect(model.position).toBe(2);
    model.receive(stateOf({ answers, show: { image: 'not of this batch', asked: 'z' } }));
    expect(model.position).toBe(2);
  });

  it('stays with an answer where the settings say so, also with the last', () => {
    const model = LabellingModel.of(stateOf({ autoAdvance: false }), undefined);
    const press = (index: number) => {
      const made = model.press([index], 'happy', 1)!;
      const image = 'abcd'[index];
      model.saved(made, { entries: { [image]: entry('happy') }, labelled: 1 });
    };
    press(0);
    expect(model.position).toBe(0);
    for (const index of [1, 2, 3]) {
      model.goTo(index);
      press(index);
    }
    expect([model.position, model.complete, model.finished]).toEqual([3, true, false]);
    model.goTo(4); // on
    expect(model.finished).toBe(true);
  });

  it('waits for the round when its file can not be read at first', () => {
    const model = LabellingModel.of(stateOf({ images: [], paused: 'damaged' }), kept());
    model.receive(stateOf({ answers: { a: entry('happy') } }));
    expect(model.position).toBe(1);
  });

  it('stays at the image that is shown when another window answers it', () => {
    const model = LabellingModel.of(stateOf(), undefined);
    model.receive(stateOf({ answers: { a: entry('happy') } }));
    expect([model.position, model.view(0).status]).toEqual([0, 'labelled']);
  });

  it('goes on to the next without an answer, and round to those left behind', () => {
    const model = LabellingModel.of(stateOf({ answers: { c: entry('sad') } }), undefined);
    model.goTo(1);
    model.press([1], 'happy', 1);
    expect(model.position).toBe(3);
    model.press([3], 'happy', 1);
    expect(model.position).toBe(0);
  });
});

describe('a press', () => {
  it('is on its way until the extension has saved it', () => {
    const model = LabellingModel.of(stateOf(), undefined);
    const press = model.press([0], 'happy', 2.5)!;
    expect(press.answers).toEqual([{ image: 'a', label: 'happy', flag: null, seconds: 2.5, replace: false }]);
    expect([model.view(0).status, model.counts().answered]).toEqual(['saving', 0]);
    model.saved(press, { entries: { a: entry('happy') }, labelled: 1 });
    expect([model.view(0).status, model.counts().answered]).toEqual(['labelled', 1]);
  });

  it('that fails leaves the image unsaved, shows it again, and can be tried again', () => {
    const model = LabellingModel.of(stateOf(), undefined);
    const press = model.press([0], 'happy', 1)!;
    model.failed(press, 'no space');
    expect(model.view(0)).toMatchObject({ status: 'unsaved', label: 'happy' });
    expect([model.position, model.counts().answered, model.lastUnsaved]).toEqual([0, 0, ['a']]);
    const again = model.retry(['a'])!;
    expect(again.answers).toMatchObject([{ image: 'a', label: 'happy' }]);
    model.saved(again, { entries: { a: entry('happy') }, labelled: 1 });
    expect(model.view(0).status).toBe('labelled');
  });

  it('for an image that has one replaces it, also when the first is still on its way', () => {
    const model = LabellingModel.of(stateOf(), undefined);
    const first = model.press([0], 'happy', 1)!;
    const second = model.press([0], 'sad', 1)!;
    expect(second.answers[0].replace).toBe(true);
    model.saved(first, { entries: { a: entry('happy') }, labelled: 1 });
    expect(model.view(0)).toMatchObject({ status: 'saving', label: 'sad' });
  });

  it('does nothing while labelling is paused', () => {
    expect(LabellingModel.of(stateOf({ paused: 'damaged' }), undefined).press([0], 'happy', 1)).toBeNull();
  });

  it('for many images shares the time', () => {
    const model = LabellingModel.of(stateOf(), undefined);
    expect(model.press([1, 2], 'sad', 4)!.answers.map(({ image, seconds }) => [image, seconds])).toEqual([
      ['b', 2],
      ['c', 2],
    ]);
  });

  it('waits for everybody where everybody is asked, and is not led by others there', () => {
    const others = { a: [{ annotator: 'ben', label: 'sad' }], b: [{ annotator: 'ben', label: 'sad' }] };
    const images = stateOf()
      .images.slice(0, 2)
      .map((image) => ({ ...image, everybody: image.id === 'b' }));
    const model = LabellingModel.of(stateOf({ images, others }), undefined);
    expect([model.view(0).status, model.view(1).status, model.position]).toEqual(['others', 'open', 1]);
    expect([model.counts().answered, model.complete]).toEqual([1, false]);
    const answers = { b: entry('sad') };
    expect(LabellingModel.of(stateOf({ images, others, answers }), undefined).complete).toBe(true);
  });

  it('knows images called like parts of JavaScript', () => {
    const images = ['constructor', 'toString'].map((id) => ({ id, uri: id, score: 0, reason: '', everybody: false }));
    const model = LabellingModel.of(stateOf({ images }), undefined);
    expect([model.view(0).status, model.view(1).status]).toEqual(['open', 'open']);
  });
});

describe('undo', () => {
  it('goes back to the image, and keeps its flag for the next answer', () => {
    const model = LabellingModel.of(stateOf({ answers: { a: entry('happy', 'odd'), b: entry('sad') } }), undefined);
    model.undone({ removed: { a: { flag: 'odd' } }, restored: {}, labelled: 0 });
    expect([model.position, model.view(0).status, model.view(0).flag]).toEqual([0, 'open', 'odd']);
    expect(model.press([0], 'sad', 1)!.answers[0].flag).toBe('odd');
  });

  it('shows an answer that was put back', () => {
    const model = LabellingModel.of(stateOf({ answers: { b: entry('sad') } }), undefined);
    expect(model.undone({ removed: {}, restored: { b: entry('happy') }, labelled: 1 })).toEqual(['b']);
    expect(model.view(1).label).toBe('happy');
  });
});

describe('flags', () => {
  it('of an image without an answer wait for it, over a reload', () => {
    const model = LabellingModel.of(stateOf(), undefined);
    expect(model.flag(0, 'blurred')).toBeNull();
    const again = LabellingModel.of(stateOf(), model.kept);
    expect(again.press([0], null, 1)!.answers[0].flag).toBe('blurred');
  });

  it('of an answered image are sent at once', () => {
    const model = LabellingModel.of(stateOf({ answers: { a: entry('happy') } }), undefined);
    expect(model.flag(0, 'blurred')).toEqual({ image: 'a', flag: 'blurred' });
    expect(model.flag(0, null)).toEqual({ image: 'a', flag: null });
    expect(model.view(0).flag).toBeNull();
  });
});

describe('answers of others', () => {
  const others = { a: [{ annotator: 'ben', label: 'sad' }] };
  it('count, but are not told before this annotator has answered', () => {
    const model = LabellingModel.of(stateOf({ others }), undefined);
    expect(model.view(0)).toMatchObject({ status: 'others', label: null, conflict: null });
    expect([model.position, model.counts().answered]).toEqual([1, 1]);
  });

  it('that differ are shown as a conflict', () => {
    const model = LabellingModel.of(stateOf({ others, answers: { a: entry('happy') } }), undefined);
    expect(model.view(0).conflict).toEqual({ annotator: 'ben', label: 'sad' });
  });
});

describe('the end of a batch', () => {
  const answers = { a: entry('happy'), b: entry('sad'), c: entry(null), d: entry('sad') };
  it('is reached when everything is on the disk', () => {
    expect(LabellingModel.of(stateOf({ answers }), undefined).finished).toBe(true);
    const { d: _, ...three } = answers;
    const model = LabellingModel.of(stateOf({ answers: three }), undefined);
    const press = model.press([3], 'sad', 1)!;
    expect(model.finished).toBe(false);
    model.saved(press, { entries: { d: entry('sad') }, labelled: 1 });
    expect(model.finished).toBe(true);
  });

  it('can be looked through', () => {
    const model = LabellingModel.of(stateOf({ answers }), undefined);
    model.goTo(0);
    expect([model.finished, model.position]).toEqual([false, 0]);
    model.press([0], 'sad', 1);
    expect(model.position).toBe(1);
  });

  it('is never reached by a batch without images', () => {
    expect(LabellingModel.of(stateOf({ images: [] }), undefined).finished).toBe(false);
  });
});
