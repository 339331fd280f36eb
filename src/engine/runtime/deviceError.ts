import { UserError } from '../errors';

/** Why a device could not go on: `memory`: less work at a time may fit; `lost`: nothing works on it any more. */
export type DeviceTrouble = 'memory' | 'lost';

/** A device failed. What it held is gone; what was saved is not. */
export class DeviceError extends UserError {
  constructor(
    readonly trouble: DeviceTrouble,
    message: string,
    options?: ErrorOptions,
  ) {
    super('device', message, options);
    this.name = 'DeviceError';
  }
}
