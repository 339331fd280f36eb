import type { DeviceReport } from '../../../shared/protocol/engine';
import { UserError } from '../../errors';
import type { Network } from '../../network/network';
import { digestOf } from '../../store/digest';
import { DevicePair } from '../devicePair';
import { CPU_DEVICE, DEVICE_VARIABLE, type DeviceName, wantedDevice } from './device';
import { type Device, deviceNamed, devices, type Presence } from './find';
import { rememberedPresence, rememberedRate, rememberPresences, rememberRate } from './memory';
import { probeDevice, usualEncoder } from './probe';

/** A device with what was found out about it. */
export interface DeviceFinding {
  readonly device: Device;
  readonly presence: Presence;
  /** Images a second in training; only where it was measured. */
  readonly rate?: number;
}

export interface DeviceChoice {
  readonly name: DeviceName;
  /** One line for people: which one, and why. */
  readonly why: string;
  readonly findings: readonly DeviceFinding[];
}

/**
 * Which device to compute on: the one that was asked for, or the fastest that works, measured in a process of its own.
 * `fresh` looks at and measures anew what was looked at and measured before.
 * @throws UserError when the one that was asked for can't be used.
 */
export async function chooseDevice(
  wanted: DeviceName | 'auto' = wantedDevice(),
  encoder: Network = usualEncoder(),
  fresh = false,
): Promise<DeviceChoice> {
  if (wanted !== 'auto') {
    const finding = await find(deviceNamed(wanted));
    refuse(finding);
    return { name: wanted, why: `${finding.device.title} (${wanted}), as asked for`, findings: [finding] };
  }
  const findings: DeviceFinding[] = [];
  const known = new Set<Presence>();
  for (const device of devices)
    if (device.automatic) {
      const presence = fresh ? null : await rememberedPresence(device.name);
      if (presence) known.add(presence);
      findings.push(presence ? { device, presence } : await find(device));
    }
  const choice = await fastest(findings, encoder, fresh);
  // what was remembered must not live on for ever
  await rememberPresences(presencesOf(choice.findings.filter(({ presence }) => !known.has(presence))));
  return choice;
}

/** By name; the CPU's costs nothing to find. */
const presencesOf = (findings: readonly DeviceFinding[]): ReadonlyMap<DeviceName, Presence> =>
  new Map(
    findings.filter(({ device }) => device.name !== CPU_DEVICE).map(({ device, presence }) => [device.name, presence]),
  );

const find = async (device: Device): Promise<DeviceFinding> => ({ device, presence: await device.find() });

function refuse({ device, presence }: DeviceFinding): void {
  if (presence.usable) return;
  const reason = presence.reason.replace(/\.$/, '');
  throw new UserError(
    'device',
    `The device ${device.name} can't be used: ${reason}. Choose another (--device, ${DEVICE_VARIABLE} or the setting warmstart.device; auto takes the fastest that works), or see warmstart doctor.`,
  );
}

/** The fastest of what is usable, and the findings with what was measured; a single candidate is measured only afresh. */
export async function fastest(
  findings: readonly DeviceFinding[],
  encoder: Network,
  fresh: boolean,
  rateOf: typeof measure = measure,
): Promise<DeviceChoice> {
  const [only, ...rest] = findings.filter(({ presence }) => presence.usable);
  if (!only) {
    refuse(findings[0]!);
    throw new Error('There is no device.');
  }
  if (rest.length === 0 && !fresh)
    return { name: only.device.name, why: `${only.device.title}: the only device that can be used here`, findings };
  const measured: DeviceFinding[] = [];
  for (const finding of findings)
    measured.push(finding.presence.usable ? withRate(finding, await rateOf(finding, encoder, fresh)) : finding);
  return { ...ranked(measured), findings: measured };
}

const withRate = (finding: DeviceFinding, measured: Measured): DeviceFinding =>
  'rate' in measured
    ? { ...finding, rate: measured.rate }
    : { ...finding, presence: { usable: false, missing: false, reason: measured.failure } };

/** The first by rate, and why it is taken. */
function ranked(findings: readonly DeviceFinding[]): Pick<DeviceChoice, 'name' | 'why'> {
  const [best, ...others] = findings
    .flatMap(({ device, rate }) => (rate === undefined ? [] : [{ ...device, rate: Math.round(rate), exact: rate }]))
    .sort((a, b) => b.exact - a.exact);
  if (!best) throw new UserError('device', 'No device could train; see warmstart doctor.');
  const { name, title, rate } = best;
  if (others.length === 0) return { name, why: `${title}: the only device that works here (${rate} images/s)` };
  const figures = others.map((other) => `${other.name} ${other.rate}`).join(', ');
  return { name, why: `${title}: the fastest here, ${rate} images/s in training, against ${figures}` };
}

type Measured = { readonly rate: number } | { readonly failure: string };

async function measure({ device, presence }: DeviceFinding, encoder: Network, fresh: boolean): Promise<Measured> {
  const key = { device: device.name, found: presence.usable ? presence.detail : '', encoder: digest(encoder) };
  const remembered = fresh ? null : await rememberedRate(key);
  if (remembered !== null) return { rate: remembered };
  const answer = await probeDevice(device.name, encoder);
  if ('rate' in answer) await rememberRate(key, answer.rate);
  return answer;
}

const digest = (encoder: Network) => digestOf(encoder).slice(0, 16);

const opened = new Map<string, Promise<DevicePair>>();

/**
 * The runtime that everything uses unless told otherwise, with the CPU as the spare device; a process decides once for each
 * encoder.
 */
export function defaultDevices(encoder: Network = usualEncoder()): Promise<DevicePair> {
  const wanted = wantedDevice();
  const key = `${wanted} ${digest(encoder)}`;
  let runtime = opened.get(key);
  if (!runtime) {
    runtime = chooseDevice(wanted, encoder).then(openWithSpare);
    runtime.catch(() => opened.delete(key));
    opened.set(key, runtime);
  }
  return runtime;
}

async function openWithSpare({ name, why, findings }: DeviceChoice): Promise<DevicePair> {
  const presence = findings.find(({ device }) => device.name === name)?.presence;
  const runtime = await deviceNamed(name).open(presence?.usable ? presence.detail : undefined);
  return new DevicePair(runtime, name === CPU_DEVICE ? runtime : await deviceNamed(CPU_DEVICE).open(), why);
}

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
