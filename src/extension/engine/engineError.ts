import { type EngineErrorCode, engineErrorCodes } from '../../shared/protocol/engine';

/** What the engine, or the way to it, answers instead of a result; `message` is one sentence for people. */
export class EngineError extends Error {
  constructor(
    readonly code: EngineErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'EngineError';
  }
}

/** By its name: the process that makes most of them is a bundle with a class of its own. */
export const isEngineError = (error: unknown): error is EngineError =>
  error instanceof Error && error.name === 'EngineError';

/** The name of a code as it came over the wire; whatever is not ours is a defect. */
export function codeNamed(code: number): EngineErrorCode {
  const names = Object.keys(engineErrorCodes) as EngineErrorCode[];
  return names.find((name) => engineErrorCodes[name] === code) ?? 'defect';
}
