import type { LabellingMethods, LabellingState } from '../../src/shared/protocol/labelling';
import { createAnnouncer } from '../common/announcer';
import type { ExtensionHost } from '../common/extensionHost';
import type { Page } from './actions';
import { createAnswerActions } from './answerActions';
import { createAnswers } from './answers';
import { createFinished } from './finished';
import { createGrid } from './grid';
import { createHeader } from './header';
import { createHelp } from './help';
import { createMessages } from './messages';
import type { Kept, LabellingModel } from './model';
import { canAnswer, createActions } from './pageActions';
import { listenToKeys } from './pageKeys';
import { Pictures } from './pictures';
import { Selection } from './selection';
import { createStage } from './stage';
import { Stopwatch } from './stopwatch';
import { createStrip } from './strip';

export interface LabellingPage {
  receive(state: LabellingState): void;
}

/** Puts the parts together: presses go to the extension, the model changes, the parts follow. */
export function createPage(model: LabellingModel, host: ExtensionHost<LabellingMethods, Kept>): LabellingPage {
  const announcer = createAnnouncer();
  const help = createHelp(model.state.texts);
  const page: Page = {
    model,
    host,
    selection: new Selection(),
    watch: new Stopwatch(),
    invisible: new Set(),
    say: announcer.say,
    update: () => update(),
    updateAnswers: () => answers.update(),
    focusContent: () => (model.finished ? finished : model.grid ? grid : stage).focus(),
    help: () => help.showModal(),
  };
  const actions = createActions(page);
  const pictures = new Pictures();
  const stage = createStage(model, actions, pictures);
  const grid = createGrid(model, actions, page.selection);
  const finished = createFinished(model, actions);
  const answers = createAnswers(model, actions, () => canAnswer(page));
  const answerActions = createAnswerActions(model, actions);
  const strip = createStrip(model, actions, pictures);
  const above = [createHeader(model, actions), createMessages(model, actions)];
  const parts = [...above, stage, grid, finished, answers, answerActions, strip];
  const root = document.getElementById('page') ?? document.body;
  root.className = 'labelling';
  root.replaceChildren(...parts.map((part) => part.root), announcer.region, help);

  let wasFinished = model.finished;
  const update = () => {
    page.watch.show(model.image(model.position)?.id ?? null);
    for (const part of parts) part.update();
    root.classList.toggle('is-grid', model.grid);
    // what had the focus may just have been hidden; a panel in which nobody works must not take it from another
    const lost = document.activeElement === document.body || !document.activeElement;
    if (document.hasFocus() && (lost || wasFinished !== model.finished)) page.focusContent();
    wasFinished = model.finished;
    host.keep(model.kept);
  };

  listenToKeys(model, actions, {
    busy: () => help.open,
    focusFilter: () => answers.focusFilter(),
    focusNote: () => answerActions.focusNote(),
    zoom: stage.zoom,
    leave() {
      answers.leave();
      page.focusContent();
    },
  });
  // after a click the next Space must skip, not press the same button again; keyboard presses keep their place
  root.addEventListener('click', (event) => {
    const button = (event.target as Element).closest('vscode-button.class, .answer-actions vscode-button, .thumbnail');
    if (button && event.detail > 0) page.focusContent();
  });

  update();
  page.focusContent();
  return {
    receive(state) {
      model.receive(state);
      update();
    },
  };
}
