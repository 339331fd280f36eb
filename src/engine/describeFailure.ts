import { missingNativePackage } from '../shared/nativePackage';
import type { EngineErrorCode } from '../shared/protocol/engine';
import { UserError } from './errors';

/** What an error means to people. */
export interface Failure {
  readonly code: EngineErrorCode;
  /** One line. */
  readonly message: string;
}

/** A failure that has its code and its sentence already. */
export class KnownFailure extends Error implements Failure {
  constructor(
    readonly code: EngineErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(oneLine(message), options);
    this.name = 'KnownFailure';
  }
}

/** Code and sentence of anything that was thrown; `whereToLook` says how to learn more of a defect. */
export function describeFailure(error: unknown, whereToLook: string): Failure {
  if (error instanceof UserError || error instanceof KnownFailure)
    return { code: error.code, message: oneLine(error.message) };
  const message = error instanceof Error ? error.message : String(error);
  const missing = missingNativePackage(message);
  if (missing) return describeFailure(missingPackage(missing), whereToLook);
  return {
    code: 'defect',
    message: oneLine(`Unexpected error: ${message} (this is a defect of Warmstart; ${whereToLook})`),
  };
}

/** What to tell where a native package can't be loaded. */
export const missingPackage = (name: string): KnownFailure =>
  new KnownFailure(
    'device',
    `The package ${name} has no binary that runs on this machine (${process.platform}-${process.arch}); install the Warmstart made for it (from source: npm ci).`,
  );

export const oneLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ').trim();
