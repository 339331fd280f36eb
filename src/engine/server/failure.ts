import type { EngineErrorCode } from '../../shared/protocol/engine';
import { describeFailure } from '../failure';

export interface EngineFailure {
  readonly code: EngineErrorCode;
  /** One sentence. */
  readonly message: string;
}

/** A failure that has its code and its sentence already. */
export class EngineFailureError extends Error implements EngineFailure {
  constructor(
    readonly code: EngineErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'EngineFailureError';
  }
}

/** Code and sentence of anything that was thrown; of defects the log gets the stack. */
export function engineFailure(error: unknown): EngineFailure {
  if (error instanceof EngineFailureError) return { code: error.code, message: error.message };
  const failure = describeFailure(error, 'the log says where');
  if (failure.code === 'defect') console.error(error);
  return failure;
}
