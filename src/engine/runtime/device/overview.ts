import type { DeviceReport } from '../../../shared/protocol/engine';
import { UserError } from '../../errors';
import { type DeviceFinding, fastest, presencesOf } from './choose';
import { type DeviceName, wantedDevice } from './device';
import { devices } from './find';
import { rememberPresences } from './memory';
import { usualEncoder } from './probe';

export interface DeviceOverview {
  /** Every device, with what was measured. */
  readonly findings: readonly DeviceFinding[];
  /** What Warmstart computes on, and why, in one line; null when that can't be used. */
  readonly used: { readonly name: string; readonly why: string } | null;
}

/** Everything that this machine has to compute on, and which of it is used. `fresh` measures anew. */
export async function deviceOverview(fresh: boolean): Promise<DeviceOverview> {
  const wanted = knownDevice();
  const findings: DeviceFinding[] = [];
  for (const device of devices) findings.push({ device, presence: await device.find() });
  let automatic: readonly DeviceFinding[] = findings.filter(({ device }) => device.automatic);
  let used: DeviceOverview['used'] = null;
  if (wanted === 'auto') {
    if (automatic.some(({ presence }) => presence.usable)) {
      const choice = await fastest(automatic, usualEncoder(), fresh);
      used = choice;
      automatic = choice.findings;
    }
  } else if (wanted) {
    const { device, presence } = findings.find((finding) => finding.device.name === wanted)!;
    if (presence.usable) used = { name: wanted, why: `${device.title}: as asked for` };
  }
  await rememberPresences(presencesOf(automatic));
  const measured = (finding: DeviceFinding) => automatic.find(({ device }) => device === finding.device) ?? finding;
  return { findings: findings.map(measured), used };
}

/** What was asked for; null where the setting names nothing known, so that another can be chosen all the same. */
function knownDevice(): DeviceName | 'auto' | null {
  try {
    return wantedDevice();
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** The same for the editor. */
export async function findDevices(): Promise<DeviceReport[]> {
  const { findings, used } = await deviceOverview(false);
  return findings.map(({ device, presence, rate }) => ({
    id: device.name,
    name: device.title,
    usable: presence.usable,
    used: device.name === used?.name,
    ...(presence.usable ? {} : { reason: sentence(presence.reason, presence.advice) }),
    ...(rate === undefined ? {} : { rate: Math.round(rate) }),
  }));
}

const sentence = (reason: string, advice: string | undefined) =>
  advice ? `${reason.replace(/\.$/, '')}. ${advice}` : reason;
