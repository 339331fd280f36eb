import { fill } from '../../src/shared/fill';
import { PLAIN_FLAG } from '../../src/shared/protocol/labelling';
import type { Actions, Page } from './actions';
import { createSaving } from './saving';
import { fileName } from './texts';

/** Whether a class can be given now: what nobody can see is not labelled. */
export const canAnswer = ({ model, invisible }: Page): boolean =>
  model.state.paused === null && (model.grid || !invisible.has(model.image(model.position)?.id ?? ''));

/** All that the parts and the keys of the page can ask for. */
export function createActions(page: Page): Actions {
  const saving = createSaving(page);
  return { ...answering(page, saving), ...looking(page), ...asking(page, saving) };
}

type Saving = ReturnType<typeof createSaving>;

/** What changes answers. */
function answering(
  page: Page,
  { send, flag, failed }: Saving,
): Pick<Actions, 'answer' | 'flag' | 'note' | 'undo' | 'retry' | 'discard'> {
  const { model, host, selection, watch, invisible, say, update } = page;
  const { texts } = model.state;

  const targets = (): readonly number[] => {
    if (!model.grid) return model.finished || !model.image(model.position) ? [] : [model.position];
    return selection.size > 0 ? selection.indices : [model.position];
  };
  const seen = (index: number): boolean => !invisible.has(model.image(index)?.id ?? '');
  const discard = (image: string) => {
    host.request('dropUnsaved', { image }).catch(failed);
    const at = model.indexOf(image);
    if (at !== undefined) model.goTo(at);
    update();
  };

  return {
    answer(label) {
      if (label !== null && !canAnswer(page)) return;
      const images = targets().filter((index) => label === null || seen(index));
      const press = model.press(images, label, watch.seconds());
      if (!press && label === undefined) say(texts.nothingSuggested);
      if (press && model.grid) {
        selection.clear();
        model.position = model.nextOpenInGrid(images.at(-1) ?? 0) ?? model.position;
        watch.restart();
      }
      void send(press);
    },
    flag() {
      if (!model.image(model.position) || model.finished || model.grid || model.state.paused !== null) return;
      void flag(model.position, model.toggledFlag(model.position));
    },
    note(text) {
      const before = model.view(model.position).flag;
      const after = text.trim() || PLAIN_FLAG;
      if (before !== null && before !== after) void flag(model.position, after);
    },
    async undo() {
      const lost = model.lastUnsaved;
      if (lost.length > 0) return lost.forEach(discard);
      try {
        const images = model.undone(await host.request('undo', {}));
        selection.clear();
        model.reviewing = false;
        update();
        const [first, ...others] = images;
        if (first !== undefined)
          say(others.length === 0 ? fill(texts.undone, fileName(first)) : fill(texts.undoneMany, images.length));
      } catch (error) {
        failed(error);
      }
    },
    retry: (images) => void send(model.retry(images)),
    discard,
  };
}

/** What changes which images are seen, and how. */
function looking(
  page: Page,
): Pick<
  Actions,
  'goTo' | 'toggleGrid' | 'togglePixels' | 'toggleCrop' | 'resize' | 'seen' | 'selectionChanged' | 'help'
> {
  const { model, selection, watch, invisible, say, update } = page;
  return {
    goTo(index) {
      model.goTo(index);
      update();
    },
    toggleGrid() {
      model.grid = !model.grid;
      selection.clear();
      if (model.grid && model.complete) model.reviewing = true;
      watch.restart();
      update();
      page.focusContent();
    },
    togglePixels() {
      model.pixels = !model.pixels;
      update();
    },
    toggleCrop() {
      model.crop = !model.crop;
      update();
    },
    resize(cell) {
      model.resize(cell);
      update();
    },
    seen(image, visible) {
      if (visible !== invisible.has(image)) return;
      if (visible) invisible.delete(image);
      else invisible.add(image);
      page.updateAnswers();
    },
    selectionChanged() {
      update();
      if (selection.size > 0) say(fill(model.state.texts.selection, selection.size));
    },
    help: page.help,
  };
}

/** What the extension does for the page. */
function asking(
  { host, model }: Page,
  { failed }: Saving,
): Pick<Actions, 'openImage' | 'suggest' | 'explain' | 'runRound' | 'showChart' | 'addClass'> {
  return {
    suggest: (on) => void host.request('suggest', { on }).catch(failed),
    openImage() {
      const image = model.image(model.position)?.id;
      if (image !== undefined) void host.request('openImage', { image }).catch(failed);
    },
    explain: async (image) => (await host.request('explainImage', { image })).message,
    runRound: () => void host.request('runRound', {}).catch(failed),
    showChart: () => void host.request('showChart', {}).catch(failed),
    addClass: () => void host.request('addClass', {}).catch(failed),
  };
}
