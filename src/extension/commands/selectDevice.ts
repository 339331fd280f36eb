import { ConfigurationTarget, commands, l10n, type QuickPickItem, window, workspace } from 'vscode';
import type { DeviceReport } from '../../shared/protocol/engine';
import { Refusal } from '../errors';
import { tell } from '../notify';
import type { Services } from '../services';
import { numberText, plainLabel } from '../text';

interface Choice extends QuickPickItem {
  /** Null for the automatic choice. */
  readonly device: DeviceReport | null;
}

/** Shows what this machine can compute on, and why something can't be used; keeps what is picked in the settings. */
export async function selectDevice({ engine }: Services): Promise<void> {
  const { devices } = await engine.request('devices', {});
  const settings = workspace.getConfiguration('warmstart');
  const wanted = settings.get('device', 'auto');
  const used = devices.find((device) => device.used);
  const automatic: Choice = {
    label: `$(sparkle) ${l10n.t('Automatic')}`,
    description: wanted === 'auto' && used ? l10n.t('used now: {0}', plainLabel(used.name)) : '',
    detail: l10n.t('The fastest that works on this machine'),
    device: null,
  };
  const picked = await window.showQuickPick([automatic, ...devices.map(choiceOf)], {
    title: l10n.t('Device for Training'),
    matchOnDetail: true,
  });
  if (!picked) return;
  const { device } = picked;
  if (device && !device.usable) {
    const reason = `${device.name}: ${reasonOf(device)}`;
    if (device.id !== 'cuda') throw new Refusal(reason);
    tell(reason, {
      title: l10n.t('Install CUDA Runtime'),
      run: () => commands.executeCommand('warmstart.installCuda'),
    });
    return;
  }
  await settings.update('device', device?.id ?? 'auto', ConfigurationTarget.Global);
  tell(
    device
      ? l10n.t('Warmstart trains on: {0}.', device.name)
      : l10n.t('Warmstart trains on the fastest device that works.'),
  );
}

const choiceOf = (device: DeviceReport): Choice => ({
  label: `${device.usable ? '$(chip)' : '$(circle-slash)'} ${plainLabel(device.name)}`,
  description: [
    ...(device.used ? [l10n.t('used now')] : []),
    ...(device.rate === undefined ? [] : [l10n.t('{0} images/s', numberText(device.rate))]),
  ].join(' · '),
  detail: device.usable ? '' : plainLabel(reasonOf(device)),
  device,
});

const reasonOf = ({ reason }: DeviceReport): string => reason ?? l10n.t('It cannot be used.');
