import { ConfigurationTarget, commands, l10n, type QuickPickItem, window, workspace } from 'vscode';
import type { DeviceReport } from '../../shared/protocol/engine';
import { Refusal } from '../errors';
import { tell } from '../notify';
import type { Services } from '../services';
import { numberText, plainLabel } from '../text';

interface Choice extends QuickPickItem {
  /** Null for the automatic choice; undefined for the way to those that can't be used. */
  readonly device: DeviceReport | null | undefined;
}

/** Shows what this machine can compute on, and on demand why something can't be used; keeps what is picked in the settings. */
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
  const device = await pickDevice(automatic, devices);
  if (device === undefined) return;
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

/** Those that work; the others are a list of their own, behind its last row. */
async function pickDevice(
  automatic: Choice,
  devices: readonly DeviceReport[],
): Promise<DeviceReport | null | undefined> {
  const title = l10n.t('Device for Training');
  const others = devices.filter(({ usable }) => !usable);
  const why: Choice = {
    label: `$(question) ${l10n.t('Why Not Another One?')}`,
    description: others.map(({ name }) => plainLabel(name)).join(', '),
    device: undefined,
  };
  const usable = devices.filter((device) => device.usable).map(choiceOf);
  const picked = await window.showQuickPick([automatic, ...usable, ...(others.length > 0 ? [why] : [])], { title });
  if (picked !== why) return picked?.device;
  const placeHolder = l10n.t('Pick one to read the whole reason');
  const other = await window.showQuickPick(others.map(choiceOf), { title, placeHolder, matchOnDetail: true });
  return other?.device;
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
