import { fill } from '../../src/shared/fill';
import {
  classSource,
  type ImportChoices,
  type ImportMethods,
  type ImportPageState,
} from '../../src/shared/protocol/importing';
import { element, setText } from '../common/element';
import { icon } from '../common/icons';
import { createAside } from './aside';
import { type Change, createRadios } from './choices';
import { createClasses } from './classes';
import { createFit } from './fit';
import { createParts } from './parts';
import { createPictures } from './pictures';
import { createProblems } from './problems';

/** Asks the extension; rejects with a sentence. */
export type Ask = <K extends keyof ImportMethods>(
  method: K,
  params: ImportMethods[K]['params'],
) => Promise<ImportMethods[K]['result']>;

/** How a folder would be imported, and what a person can correct. */
export function createPage(request: Ask) {
  let state: ImportPageState | undefined;
  /** Choices that are on their way: a state that comes meanwhile does not know them yet. */
  let underWay = 0;
  const failure = element('div', { class: 'messages', attributes: { role: 'alert' } });
  const failed = (error: Error) => failure.replaceChildren(message(error.message));
  const choices = (): ImportChoices | undefined => state?.choices;
  const change: Change = (some) => {
    if (!state) return;
    failure.replaceChildren();
    underWay++;
    state = { ...state, choices: { ...state.choices, ...some } };
    page.draw(state);
    request('choose', { choices: state.choices })
      .catch(failed)
      .finally(() => underWay--);
  };
  const accept = () => {
    const current = choices();
    failure.replaceChildren();
    if (current) request('import', { choices: current }).catch(failed);
  };

  const title = element('h1');
  const lines = element('div', { class: 'summary' });
  const go = element('vscode-button', { class: 'go', on: { click: accept } });
  const cancel = element('vscode-button', {
    attributes: { appearance: 'secondary' },
    on: { click: () => void request('cancel', {}).catch(failed) },
  });
  const buttons = element('div', { class: 'buttons', children: [go, cancel] });
  const hint = element('p', { class: 'quiet' });
  const notices = element('div', { class: 'messages' });
  const what = createWhat(change);
  const shown = [createPictures(), what, createClasses(change, accept), createParts(change)];
  const told = [createFit(change), createProblems(), createAside()];
  const nodes = [title, lines, notices, failure, buttons, hint, ...[...shown, ...told].map(({ node }) => node)];
  const page = {
    nodes,
    draw(sent: ImportPageState): void {
      const isFirst = state === undefined;
      const next = state && underWay > 0 ? { ...sent, choices: state.choices } : sent;
      state = next;
      const { texts } = next;
      setText(title, fill(texts.title, next.name));
      setLines(lines, summaryOf(next));
      setText(go, texts.import);
      setText(cancel, texts.cancel);
      setText(hint, texts.nothingYet);
      setLines(notices, noticesOf(next), message);
      for (const part of [...shown, ...told]) part.draw(next);
      if (isFirst) go.focus();
    },
  };
  return page;
}

/** Photos are taken whole, or every face in them. */
function createWhat(change: Change) {
  const title = element('h2');
  const hint = element('p', { class: 'quiet' });
  const what = createRadios('what', ['whole', 'faces'], (value) => change({ faces: value === 'faces' }));
  const node = element('section', { class: 'part', children: [title, hint, what.node] });
  return {
    node,
    draw({ look, choices, texts }: ImportPageState): void {
      node.hidden = !look.mayBePhotos;
      setText(title, texts.what);
      setText(hint, texts.whatHint);
      what.draw(texts.what, { whole: texts.whole, faces: texts.faces }, choices.faces ? 'faces' : 'whole');
    },
  };
}

function summaryOf({ look, images: { found }, texts }: ImportPageState): string[] {
  const { images, classes, unlabelled } = found ?? look;
  const test = classes.reduce((sum, one) => sum + one.test, unlabelled.test);
  const counted =
    test > 0
      ? fill(texts.withTest, images, images - test, test)
      : images === 1
        ? texts.allOne
        : fill(texts.all, images);
  return [counted, fill(texts.inside, look.root)];
}

/** What a person should look at before anything is imported. */
function noticesOf(state: ImportPageState): string[] {
  const { look, doubtful, choices, reading, texts } = state;
  const isUnclear = look.doubt !== null && choices.classes === null && classSource(look, choices) !== 'named';
  return [
    ...(reading.status === 'loading' ? [texts.reading] : []),
    ...(reading.status === 'failed' && reading.message !== null ? [reading.message] : []),
    ...(doubtful.length > 0 ? [fill(texts.partsUnclear, doubtful.join(', '))] : []),
    ...(isUnclear ? [fill(texts.classesUnclear, look.doubt ?? '')] : []),
  ];
}

/** Draws lines where they differ from those that are there. */
function setLines(into: HTMLElement, texts: readonly string[], draw = line): void {
  if ([...into.children].map(({ textContent }) => textContent).join('\n') === texts.join('\n')) return;
  into.replaceChildren(...texts.map(draw));
}

const line = (text: string): HTMLElement => element('p', { class: 'line', text });

const message = (text: string): HTMLElement =>
  element('div', { class: 'message message-warning', children: [icon('warning'), element('p', { text })] });
