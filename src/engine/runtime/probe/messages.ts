import type { Network } from '../../network/network';
import type { DeviceName } from '../device';

/** The hidden command of the command line that makes it the process of one probe of a device. */
export const PROBE_COMMAND = 'probe-device';

/** What is sent to that process, as JSON. */
export interface ProbeOrder {
  readonly device: DeviceName;
  /** The encoder to train. */
  readonly network: Network;
}

/** The last line on stdout of a probe's process. */
export type ProbeAnswer =
  /** Images a second in training. */
  | { readonly rate: number; readonly description: string }
  /** One sentence. */
  | { readonly failure: string };
