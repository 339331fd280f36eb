/** What went wrong, for programs. The command line turns it into an exit code, the protocol into an error code. */
export type ErrorCode = 'input' | 'usage' | 'cancelled' | 'disk' | 'device' | 'damaged';

/**
 * An error that a person can act on. `message` is one sentence: what, which file, what to do.
 * Anything that is not a UserError is a defect of ours.
 */
export class UserError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'UserError';
  }
}

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

/** Exit code of "stopped early, start me again" (EX_TEMPFAIL of sysexits.h). */
export const STOPPED_EARLY = 75;

/** A scheduler asked a task to stop: the same command, started again, goes on where it was. */
export class StoppedEarly extends UserError {
  constructor() {
    super('cancelled', 'Stopped early; what was finished is kept. Start the same task again to go on.');
    this.name = 'StoppedEarly';
  }
}

/** Something about the user's files or data is wrong (exit code 1). */
export const inputError = (message: string, cause?: unknown): UserError => new UserError('input', message, { cause });

/** The command was called wrongly (exit code 2). */
export const usageError = (message: string): UserError => new UserError('usage', message);

/** A file of ours can't be read as what it should be (exit code 1). */
export const damagedError = (message: string, cause?: unknown): UserError =>
  new UserError('damaged', message, { cause });

/** The user cancelled (exit code 130). */
export const cancelledError = (message = 'Cancelled; everything finished so far is kept.'): UserError =>
  new UserError('cancelled', message);
