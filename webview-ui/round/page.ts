import { fill } from '../../src/shared/fill';
import { percent } from '../../src/shared/percent';
import type { RoundMethods, RoundPageState } from '../../src/shared/protocol/round';
import type { RoundFigures } from '../../src/shared/roundFigures';
import { createAnnouncer } from '../common/announcer';
import { element, setText } from '../common/element';
import { icon } from '../common/icons';
import { classTable } from './classTable';
import { createMatrix } from './matrix';
import { createRoundChoice } from './roundChoice';
import { createSuspicious } from './suspicious';

/** Asks the extension; rejects with a sentence. */
export type Ask = <K extends keyof RoundMethods>(
  method: K,
  params: RoundMethods[K]['params'],
) => Promise<RoundMethods[K]['result']>;

/** What a round's model was measured to do. */
export function createPage(request: Ask) {
  const announcer = createAnnouncer();
  const failure = element('div', { class: 'messages', attributes: { role: 'alert' } });
  const ask = <K extends keyof RoundMethods>(method: K, params: RoundMethods[K]['params']) => {
    failure.replaceChildren();
    request(method, params).catch((error: Error) => failure.replaceChildren(message('warning', error.message)));
  };
  const choice = createRoundChoice((round) => ask('show', { round }));
  const title = element('h1');
  const header = element('header', { class: 'header', children: [title, choice.node] });
  const notices = element('div', { class: 'messages' });
  const summary = element('div', { class: 'summary' });
  const matrix = createMatrix((round, label, predicted) => ask('openCell', { round, label, predicted }));
  const classes = element('section', { class: 'part' });
  const suspicious = createSuspicious({
    open: (image) => ask('openSuspicious', { image }),
    lookAgain: () => ask('suspect', {}),
  });
  const empty = element('section', { class: 'empty' });

  return {
    nodes: [header, failure, notices, summary, matrix.node, classes, suspicious.node, empty, announcer.region],
    draw(state: RoundPageState): void {
      const { figures, texts, problems } = state;
      setText(title, fill(texts.results, state.address.dataset));
      choice.draw(state);
      notices.replaceChildren(
        ...problems.map(({ place, message: why, file }) => {
          const line = message('warning', `${place}: ${why}`);
          line.append(button(texts.openFile, () => ask('openFile', { file })));
          return line;
        }),
        ...(figures ? warnings(state, figures, () => ask('train', {})) : []),
      );
      summary.hidden = classes.hidden = figures === null;
      empty.hidden = figures !== null;
      if (figures) {
        summary.replaceChildren(
          ...summaryOf(state, figures).map((text, i) => element('p', { class: i === 0 ? 'line' : 'hint', text })),
        );
        classes.replaceChildren(element('h2', { text: texts.classes }), classTable(figures, texts));
      } else empty.replaceChildren(...emptyParts(state, () => ask('runRound', {})));
      matrix.draw(figures, texts);
      suspicious.draw(state);
    },
  };
}

function summaryOf({ texts }: RoundPageState, figures: RoundFigures): string[] {
  const { round, labelled, accuracy, interval, macroF1, count, estimate, drawn } = figures;
  const trained = fill(texts.trainedOn, round, labelled);
  if (accuracy === null || !interval || macroF1 === null) return [trained, texts.notMeasured];
  const [low, high] = [percent(interval.low), percent(interval.high)];
  const source = fill(estimate ? texts.byFolds : drawn ? texts.onDrawn : texts.onTest, count);
  return [`${trained} ${fill(texts.accuracy, percent(accuracy), low, high, percent(macroF1))}`, source];
}

/** What a person should know before the figures are believed. */
function warnings({ texts, older }: RoundPageState, { missing, classes }: RoundFigures, train: () => void) {
  const old = older ? [message('warning', texts.older)] : [];
  for (const line of old) line.append(button(texts.train, train));
  const scarce = classes.filter(({ labels }) => labels === 1);
  return [
    ...old,
    ...missing.map((name) => message('warning', fill(texts.noLabel, name))),
    ...scarce.map(({ name }) => message('info', fill(texts.fewLabels, name))),
  ];
}

function emptyParts({ texts, exists }: RoundPageState, run: () => void): HTMLElement[] {
  const text = element('p', { class: 'line', text: exists ? texts.empty : texts.gone });
  return [element('h2', { text: texts.emptyTitle }), text, ...(exists ? [button(texts.runRound, run)] : [])];
}

function message(kind: 'warning' | 'info', text: string): HTMLElement {
  return element('div', {
    class: `message message-${kind}`,
    children: [icon('warning'), element('p', { text })],
  });
}

const button = (text: string, press: () => void): HTMLElement =>
  element('vscode-button', { text, attributes: { appearance: 'secondary' }, on: { click: press } });
