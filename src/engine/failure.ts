import { missingNativePackage } from '../shared/nativePackage';
import { type ErrorCode, UserError } from './errors';

/** What an error means to people. */
export interface Failure {
  readonly code: ErrorCode | 'defect';
  /** One line. */
  readonly message: string;
}

/** Code and sentence of anything that was thrown; `whereToLook` says how to learn more of a defect. */
export function describeFailure(error: unknown, whereToLook: string): Failure {
  if (error instanceof UserError) return { code: error.code, message: oneLine(error.message) };
  const message = error instanceof Error ? error.message : String(error);
  const missing = missingNativePackage(message);
  if (missing)
    return {
      code: 'device',
      message: `The package ${missing} has no binary that runs on this machine (${process.platform}-${process.arch}); install the Warmstart made for it (from source: npm ci).`,
    };
  return {
    code: 'defect',
    message: oneLine(`Unexpected error: ${message} (this is a defect of Warmstart; ${whereToLook})`),
  };
}

export const oneLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ').trim();

/** The last lines of a dead process's stderr that say something: not the frames of Node's stack traces. */
export const lastWords = (stderr: string, lines: number): string =>
  stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(\d+: |at |-----|Node\.js v)/.test(line))
    .slice(-lines)
    .join(' ');
