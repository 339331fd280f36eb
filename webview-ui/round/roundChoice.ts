import { fill } from '../../src/shared/fill';
import type { RoundPageState } from '../../src/shared/protocol/round';
import { element, setText } from '../common/element';

/** Which round is shown, in the platform's own menu. */
export function createRoundChoice(choose: (round: number | null) => void) {
  const label = element('label', { attributes: { for: 'round' } });
  const select = element('select', {
    attributes: { id: 'round' },
    on: { change: () => choose(select.value === '' ? null : Number(select.value)) },
  });
  const node = element('div', { class: 'field', children: [label, select] });
  let built = '';
  return {
    node,
    draw({ rounds, round, texts }: RoundPageState): void {
      node.hidden = rounds.length === 0;
      setText(label, texts.round);
      const key = JSON.stringify([rounds, round !== null && !rounds.includes(round) ? round : null]);
      if (key !== built) {
        built = key;
        const shown = round === null || rounds.includes(round) ? rounds : [...rounds, round];
        select.replaceChildren(
          element('option', { text: texts.newest, attributes: { value: '' } }),
          ...shown.toReversed().map((number) => {
            const text = fill(texts.numbered, number);
            return element('option', { text, attributes: { value: number } });
          }),
        );
      }
      const value = round === null ? '' : String(round);
      if (select.value !== value) select.value = value;
    },
  };
}
