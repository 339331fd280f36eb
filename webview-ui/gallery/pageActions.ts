import { fill } from '../../src/shared/fill';
import type { GalleryMethods } from '../../src/shared/protocol/gallery';
import type { Actions, Page } from './actions';
import type { Press } from './model';

/** Longer than this nobody looks at one press: the person was elsewhere. */
const LONGEST_SECONDS = 600;

/** All that the parts and the keys of the page can ask for. */
export function createActions(page: Page): Actions {
  return { ...answering(page), ...looking(page), ...asking(page) };
}

/** What changes answers. */
function answering({
  model,
  host,
  say,
  complain,
  update,
}: Page): Pick<Actions, 'answer' | 'flag' | 'undo' | 'retry' | 'discard'> {
  const { texts } = model.state;
  let since = performance.now();

  const send = async (press: Press) => {
    const saving = host.request('answer', { answers: press.answers }); // under way while the page is drawn
    update();
    try {
      const result = await saving;
      model.saved(press, result);
      if (result.gone.length > 0) complain(goneText(result.gone));
      update();
      say(savedText(press));
    } catch (error) {
      model.failed(press);
      update();
      say(fill(texts.notSaved, (error as Error).message));
    }
  };

  const savedText = ({ images, label }: Press): string => {
    if (label === null) return fill(texts.skipped, images.length);
    if (label === undefined) return fill(texts.accepted, images.length);
    return images.length === 1 ? fill(texts.saved, label) : fill(texts.savedMany, label, images.length);
  };

  const goneText = ([first = '', ...others]: readonly string[]): string =>
    fill(texts.gone, first.slice(first.lastIndexOf('/') + 1), others.length + 1);

  /** What may be answered, and why the rest may not. */
  const answerable = (label: string | null | undefined): number[] => {
    const all = label === undefined ? model.acceptable(model.targets) : model.targets;
    const pool = all.filter((image) => model.columns.test[image] === 0);
    const seen = pool.filter((image) => label === null || !model.invisible.has(image));
    const refused = [
      ...(all.length < model.targets.length ? [texts.nothingToAccept] : []),
      ...(pool.length < all.length ? [texts.testNotLabelled] : []),
      ...(seen.length < pool.length ? [fill(texts.unseenNotLabelled, pool.length - seen.length)] : []),
    ];
    complain(refused.length > 0 ? refused.join(' ') : null);
    return seen;
  };

  const drop = (images: readonly string[]) => {
    for (const image of images) void host.request('dropUnsaved', { image }).catch(() => {});
  };

  return {
    answer(label) {
      const seconds = Math.min(LONGEST_SECONDS, (performance.now() - since) / 1000);
      const press = model.press(answerable(label), label, seconds);
      since = performance.now();
      if (press) void send(press);
      else update();
    },
    async flag() {
      const request = model.flagging();
      if (request.images.length === 0) {
        complain(texts.flagNeedsAnswer);
        return update();
      }
      try {
        model.flagged(await host.request('flag', request));
        complain(null);
        say(fill(request.flag === null ? texts.unflagged : texts.flagged, request.images.length));
      } catch (error) {
        complain((error as Error).message);
      }
      update();
    },
    async undo() {
      const lost = model.lastUnsaved;
      if (lost.length > 0) return drop(lost);
      try {
        const [first, ...others] = model.undone(await host.request('undo', {}));
        update();
        if (first === undefined) say(texts.nothingToUndo);
        else if (others.length > 0) say(fill(texts.undoneMany, others.length + 1));
        else say(fill(texts.undone, first.slice(first.lastIndexOf('/') + 1)));
      } catch (error) {
        complain((error as Error).message);
        update();
      }
    },
    retry() {
      for (const press of model.retries()) void send(press);
    },
    discard: () => drop(Object.keys(model.state.unsaved)),
  };
}

/** What changes which images are seen, and how. */
function looking({
  model,
  host,
  say,
  complain,
  update,
  focusContent,
  help,
}: Page): Pick<
  Actions,
  'show' | 'liken' | 'selectAll' | 'resize' | 'goTo' | 'enlarge' | 'help' | 'selectionChanged' | 'seen'
> {
  const { texts } = model.state;
  const ask = <K extends 'suspect' | 'compare' | 'liken'>(method: K, params: GalleryMethods[K]['params']) =>
    void host.request(method, params).catch((error: Error) => {
      complain(error.message);
      update();
    });
  return {
    show(change) {
      complain(null);
      model.show(change);
      // labels change, so each time that somebody wants this order it is computed anew
      if (change.sort === 'suspicion') ask('suspect', {});
      if (change.filter === 'duplicates' && model.state.duplicates.status !== 'loading') ask('compare', {});
      update();
      say(fill(texts.shown, model.view.length, model.columns.count));
    },
    liken() {
      const image = model.columns.ids[model.current ?? -1];
      if (image === undefined) return;
      complain(null);
      model.large = false;
      model.show({ sort: 'similar' });
      ask('liken', { image });
      update();
      focusContent();
    },
    selectAll() {
      model.selection.add(model.view);
      update();
      say(fill(texts.selection, model.selection.size));
    },
    resize(size) {
      model.resize(size);
      update();
    },
    goTo(position) {
      model.goTo(position);
      update();
    },
    enlarge(large) {
      model.large = large && model.current !== undefined;
      update();
      focusContent();
    },
    help,
    selectionChanged() {
      update();
      if (model.selection.size > 0) say(fill(texts.selection, model.selection.size));
    },
    seen(image, isVisible) {
      if (isVisible) model.invisible.delete(image);
      else model.invisible.add(image);
    },
  };
}

/** What the editor does for the page. */
function asking({ model, host, complain, update }: Page): Pick<Actions, 'openImage' | 'revealImage' | 'addClass'> {
  const failed = (error: Error) => {
    complain(error.message);
    update();
  };
  const ask = (method: 'openImage' | 'revealImage') => () => {
    const image = model.columns.ids[model.current ?? -1];
    if (image === undefined) return;
    host.request(method, { image }).catch(failed);
  };
  const addClass = () => void host.request('addClass', {}).catch(failed);
  return { openImage: ask('openImage'), revealImage: ask('revealImage'), addClass };
}
