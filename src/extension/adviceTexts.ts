import { env, l10n } from 'vscode';
import { type Advice, adviceFrom, isTooFew, type Likely } from '../shared/advice';
import type { DatasetState } from './datasets/datasetState';
import { labelsText, numberText, percentText } from './text';

/** Labels ahead that people think in; a batch is often too small to see anything. */
export const MORE = 100;

/** What the next labels are likely to bring, as a sentence; none while too little is known. */
export function gainSentence({ results }: Pick<DatasetState, 'results'>): string[] {
  const advice = adviceFrom(results, { more: MORE });
  return isTooFew(advice) ? [] : [gainText(advice)];
}

export const gainText = ({ next }: Advice): string =>
  l10n.t(
    '{0} more are likely to bring {1} ± {2} points.',
    labelsText(next.labels),
    signed(100 * (next.gain.middle ?? 0)),
    pointsText(50 * ((next.gain.high ?? 0) - (next.gain.low ?? 0))),
  );

/** How many labels an accuracy takes. `pool`: how many there can be. */
export function targetText({ target, labels }: Advice, pool: number): string {
  if (!target) return '';
  const reached = percentText(target.accuracy);
  const { middle, low, high }: Likely = target.labels;
  if (middle === null)
    return l10n.t('{0} are not likely to be reached by more labels: the curve levels off below.', reached);
  if (middle <= labels) return l10n.t('{0} are most likely reached already.', reached);
  const about = labelsText(middle);
  const [from, to] = [numberText(low ?? middle), high === null ? l10n.t('never') : numberText(high)];
  return middle > pool
    ? l10n.t('{0} take about {1} in all ({2} to {3}), more than there are images.', reached, about, from, to)
    : l10n.t('{0} take about {1} in all ({2} to {3}).', reached, about, from, to);
}

const decimals = { minimumFractionDigits: 1, maximumFractionDigits: 1 } as const;
const pointsText = (value: number): string => new Intl.NumberFormat(env.language, decimals).format(value);
const signed = (value: number): string =>
  new Intl.NumberFormat(env.language, { ...decimals, signDisplay: 'exceptZero' }).format(value);
