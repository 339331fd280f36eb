import { l10n, type QuickPickItem, window } from 'vscode';
import { Refusal } from '../errors';
import { tell } from '../notify';
import type { Services } from '../services';
import { plainLabel } from '../text';

interface Choice extends QuickPickItem {
  readonly device: string;
  /** Why it can't be used; null when it can. */
  readonly reason: string | null;
}

/**
 * Shows what this machine can compute on, and why something can't be used. There is nothing to keep: the engine takes
 * the first device that works.
 */
export async function selectDevice({ engine }: Services): Promise<void> {
  const { devices } = await engine.request('devices', {});
  const used = devices.find(({ usable }) => usable)?.name;
  const choices = devices.map(
    ({ name, usable, reason }): Choice => ({
      label: `${usable ? '$(chip)' : '$(circle-slash)'} ${plainLabel(name)}`,
      description: name === used ? l10n.t('used now') : '',
      detail: usable ? '' : plainLabel(reason ?? l10n.t('It cannot be used.')),
      device: name,
      reason: usable ? null : (reason ?? l10n.t('It cannot be used.')),
    }),
  );
  const picked = await window.showQuickPick(choices, {
    title: l10n.t('Devices for Training'),
    placeHolder: l10n.t('Warmstart takes the first that works'),
  });
  if (!picked) return;
  if (picked.reason !== null) throw new Refusal(`${picked.device}: ${picked.reason}`);
  tell(l10n.t('Warmstart trains on: {0}.', used ?? picked.device));
}
