import { l10n, type QuickPickItem, window } from 'vscode';
import { Refusal } from '../errors';
import { tell } from '../notify';
import type { Services } from '../services';
import { saveDevice, settingsOf } from '../settings';
import { plainLabel } from '../text';

interface Choice extends QuickPickItem {
  readonly device: string;
  /** Why it can't be used; null when it can. */
  readonly reason: string | null;
}

/** Shows what this machine can compute on, and keeps the choice in the settings. */
export async function selectDevice({ engine }: Services): Promise<void> {
  const current = settingsOf(null).device;
  const { devices } = await engine.request('devices', {});
  const mark = (device: string) => (device === current ? l10n.t('chosen') : '');
  const automatic: Choice = {
    label: `$(wand) ${l10n.t('Automatic')}`,
    description: mark('auto'),
    detail: l10n.t('The fastest that works.'),
    device: 'auto',
    reason: null,
  };
  const found = devices.map(
    ({ name, usable, reason }): Choice => ({
      label: `${usable ? '$(chip)' : '$(circle-slash)'} ${plainLabel(name)}`,
      description: mark(name),
      detail: usable ? '' : plainLabel(reason ?? l10n.t('Cannot be used.')),
      device: name,
      reason: usable ? null : (reason ?? l10n.t('It cannot be used.')),
    }),
  );
  const picked = await window.showQuickPick([automatic, ...found], { title: l10n.t('Device for Training') });
  if (!picked) return;
  if (picked.reason !== null) throw new Refusal(`${picked.device}: ${picked.reason}`);
  await saveDevice(picked.device);
  tell(
    l10n.t('Warmstart trains on: {0}.', picked.device === 'auto' ? l10n.t('the fastest that works') : picked.device),
  );
}
