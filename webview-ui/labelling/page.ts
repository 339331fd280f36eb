import { type LabellingMethods, type LabellingState, PLAIN_FLAG } from '../../src/shared/protocol/labelling';
import { createAnnouncer } from '../common/announcer';
import type { ExtensionHost } from '../common/extensionHost';
import type { Actions } from './actions';
import { createAnswerActions } from './answerActions';
import { createAnswers } from './answers';
import { createFinished } from './finished';
import { createGrid } from './grid';
import { createHeader } from './header';
import { createHelp } from './help';
import { meaningOf } from './keys';
import { createMessages } from './messages';
import type { Kept, LabellingModel, Press } from './model';
import { Pictures } from './pictures';
import { createStage } from './stage';
import { Stopwatch } from './stopwatch';
import { createStrip } from './strip';
import { fileName, fill } from './texts';

export interface LabellingPage {
  receive(state: LabellingState): void;
}

/** Puts the parts together: presses go to the extension, the model changes, the parts follow. */
export function createPage(model: LabellingModel, host: ExtensionHost<LabellingMethods, Kept>): LabellingPage {
  const { texts } = model.state;
  const announcer = createAnnouncer();
  const watch = new Stopwatch();
  const invisible = new Set<string>();

  const targets = (): readonly number[] => {
    if (!model.grid) return model.finished || !model.image(model.position) ? [] : [model.position];
    return grid.selection.size > 0 ? grid.selection.indices : [model.position];
  };
  const canAnswer = (): boolean =>
    model.state.paused === null && (model.grid || !invisible.has(model.image(model.position)?.id ?? ''));

  const send = async (press: Press | null) => {
    if (!press) return;
    const saving = host.request('answer', { answers: press.answers }); // under way while the page is drawn
    update();
    try {
      model.saved(press, await saving);
      update();
      announceSaved(press);
    } catch (error) {
      const { message } = error as Error;
      model.failed(press, message);
      update();
      announcer.say(fill(texts.notSaved, message));
    }
  };
  const announceSaved = ({ answers }: Press) => {
    const { answered, total } = model.counts();
    const [{ label }] = answers;
    const said =
      label === null
        ? fill(texts.skipped, answered, total)
        : answers.length === 1
          ? fill(texts.saved, label, answered, total)
          : fill(texts.savedMany, label, answers.length, answered, total);
    announcer.say(model.finished ? `${said} ${texts.doneTitle}` : said);
  };
  const failed = (error: unknown) => {
    update();
    announcer.say((error as Error).message);
  };
  const flagImage = async (index: number, flag: string | null) => {
    const params = model.flag(index, flag);
    update();
    if (!params) return announcer.say(flag === null ? texts.unflagged : texts.flagWaits);
    try {
      await host.request('flag', params);
      announcer.say(flag === null ? texts.unflagged : texts.flagged);
    } catch (error) {
      failed(error); // the state that came before this has the flag as it is
    }
  };

  const actions: Actions = {
    answer(label) {
      if (label !== null && !canAnswer()) return;
      // what nobody can see is not labelled
      const images = targets().filter((index) => label === null || !invisible.has(model.image(index).id));
      const press = model.press(images, label, watch.seconds());
      if (press && model.grid) {
        grid.selection.clear();
        model.position = model.nextOpen(images[images.length - 1] ?? 0) ?? model.position;
        watch.restart();
      }
      void send(press);
    },
    flag() {
      if (!model.image(model.position) || model.finished || model.grid || model.state.paused !== null) return;
      void flagImage(model.position, model.toggledFlag(model.position));
    },
    note(text) {
      const before = model.view(model.position).flag;
      const flag = text.trim() || PLAIN_FLAG;
      if (before !== null && before !== flag) void flagImage(model.position, flag);
    },
    async undo() {
      const lost = model.lastUnsaved;
      if (lost.length > 0) return lost.forEach(actions.discard);
      try {
        const images = model.undone(await host.request('undo', {}));
        grid.selection.clear();
        model.reviewing = false;
        update();
        const [first] = images;
        if (images.length === 1) announcer.say(fill(texts.undone, fileName(first)));
        else if (images.length > 1) announcer.say(fill(texts.undoneMany, images.length));
      } catch (error) {
        failed(error);
      }
    },
    goTo(index) {
      model.goTo(index);
      update();
    },
    toggleGrid() {
      model.grid = !model.grid;
      grid.selection.clear();
      if (model.grid && model.complete) model.reviewing = true;
      watch.restart();
      update();
      focusContent();
    },
    togglePixels() {
      model.pixels = !model.pixels;
      update();
    },
    suggest: (on) => void host.request('suggest', { on }).catch(failed),
    retry: (images) => void send(model.retry(images)),
    discard(image) {
      host.request('dropUnsaved', { image }).catch(failed);
      const at = model.indexOf(image);
      if (at !== undefined) model.goTo(at);
      update();
    },
    help: () => help.showModal(),
    seen(image, visible) {
      if (visible ? invisible.delete(image) : !invisible.has(image) && invisible.add(image)) answers.update();
    },
    explain: async (image) => (await host.request('explainImage', { image })).message,
    selectionChanged() {
      update();
      if (grid.selection.size > 0) announcer.say(fill(texts.selection, grid.selection.size));
    },
    runRound: () => void host.request('runRound', {}).catch(failed),
    showChart: () => void host.request('showChart', {}).catch(failed),
  };

  const help = createHelp(texts);
  const pictures = new Pictures();
  const stage = createStage(model, actions, pictures);
  const grid = createGrid(model, actions);
  const finished = createFinished(model, actions);
  const answers = createAnswers(model, actions, canAnswer);
  const answerActions = createAnswerActions(model, actions);
  const strip = createStrip(model, actions, pictures);
  const parts = [
    createHeader(model, actions),
    createMessages(model, actions),
    stage,
    grid,
    finished,
    answers,
    answerActions,
    strip,
  ];
  const page = document.getElementById('page') ?? document.body;
  page.className = 'labelling';
  page.replaceChildren(...parts.map(({ root }) => root), announcer.region, help);

  const focusContent = () => (model.finished ? finished : model.grid ? grid : stage).focus();
  let wasFinished = model.finished;
  const update = () => {
    watch.show(model.image(model.position)?.id ?? null);
    for (const part of parts) part.update();
    page.classList.toggle('is-grid', model.grid);
    // what had the focus may just have been hidden; a panel in which nobody works must not take it from another
    const lost = document.activeElement === document.body || !document.activeElement;
    if (document.hasFocus() && (lost || wasFinished !== model.finished)) focusContent();
    wasFinished = model.finished;
    host.keep(model.kept);
  };

  document.addEventListener('keydown', (event) => {
    if (help.open || event.isComposing) return;
    const from = event.composedPath()[0] as HTMLElement;
    const meaning = meaningOf(event, {
      field: from instanceof HTMLInputElement && from.type === 'text',
      button: from instanceof HTMLButtonElement || from.closest?.('vscode-checkbox') !== null,
      grid: model.grid,
      classes: model.state.classes.length,
    });
    if (event.key === 'Escape') {
      answers.leave();
      return focusContent();
    }
    if (!meaning || (event.repeat && meaning.kind !== 'move' && meaning.kind !== 'undo')) return;
    event.preventDefault();
    switch (meaning.kind) {
      case 'class':
        return actions.answer(model.state.classes[meaning.index]);
      case 'move':
        return actions.goTo(model.position + meaning.by);
      case 'first':
        return actions.goTo(0);
      case 'nextOpen':
        return actions.goTo(model.nextOpen(-1) ?? model.state.images.length - 1);
      case 'skip':
        return actions.answer(null);
      case 'undo':
        return void actions.undo();
      case 'flag':
        return actions.flag();
      case 'note':
        if (model.view(model.position).flag === null) actions.flag();
        return answerActions.focusNote();
      case 'grid':
        return actions.toggleGrid();
      case 'pixels':
        return actions.togglePixels();
      case 'filter':
        return void answers.focusFilter();
      case 'help':
        return actions.help();
    }
  });
  // after a click the next Space must skip, not press the same button again; keyboard presses keep their place
  page.addEventListener('click', (event) => {
    const button = (event.target as Element).closest('vscode-button.class, .answer-actions vscode-button, .thumbnail');
    if (button && event.detail > 0) focusContent();
  });

  update();
  focusContent();
  return {
    receive(state) {
      model.receive(state);
      update();
    },
  };
}
