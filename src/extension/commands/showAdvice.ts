import { commands, l10n, window } from 'vscode';
import { adviceFrom, isTooFew } from '../../shared/advice';
import { gainText, MORE, targetText } from '../adviceTexts';
import { offer } from '../notify';
import type { Services } from '../services';
import { isolated, numberText } from '../text';
import { pickDataset } from './pickDataset';

/** Says what more labels are likely to bring, and about how many an accuracy takes that is asked for. */
export async function showAdvice(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (!state) return;
  const { ref, results, file } = state;
  const first = adviceFrom(results, { more: MORE });
  if (isTooFew(first)) {
    await offer(
      l10n.t(
        'Too little is known for advice on {0}: it takes {1} trained rounds with different numbers of labels, and there are {2}.',
        isolated(ref.name),
        numberText(first.needed),
        numberText(first.rounds),
      ),
      { title: l10n.t('Run Active Round'), run: () => commands.executeCommand('warmstart.runRound', ref) },
    );
    return;
  }
  const wanted = await window.showInputBox({
    title: l10n.t('Labels needed for {0}', isolated(ref.name)),
    prompt: l10n.t('Which accuracy do you want to reach, in per cent?'),
    value: String(Math.min(99, Math.ceil((100 * first.accuracy + 1) / 5) * 5)),
    validateInput: (text) => (isAccuracy(text) ? undefined : l10n.t('Enter a number between 0 and 100, such as 80.')),
  });
  if (wanted === undefined) return;
  const advice = adviceFrom(results, { more: MORE, target: Number(wanted) / 100 });
  if (isTooFew(advice)) return;
  const careful = advice.estimate
    ? [
        advice.rounds === null
          ? l10n.t(
              'Labels that were chosen for being hard make accuracy look lower than it is; a test set tells it better.',
            )
          : l10n.t(
              'As estimates on labels that were chosen for being hard rise slowly, more may come; a test set tells it better.',
            ),
      ]
    : [];
  await offer([gainText(advice), targetText(advice, file.split.train), ...careful].join(' '), {
    title: l10n.t('Show Accuracy'),
    run: () => services.charts.open(ref),
  });
}

const isAccuracy = (text: string): boolean => text.trim() !== '' && Number(text) > 0 && Number(text) < 100;
