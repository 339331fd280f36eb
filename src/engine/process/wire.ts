import { inspect } from 'node:util';
import type { EngineErrorCode } from '../../shared/protocol/engine';
import { KnownFailure } from '../describeFailure';
import { DeviceError, type DeviceTrouble, UserError } from '../errors';

/**
 * What goes over the channel between a process and its child, as JSON. The parent sends one order at a time; the child
 * reports on it as it likes and answers it or fails. A stopped child fails soon with the code `cancelled`; at `enough` it ends.
 */
export type ToChild<Order> =
  | { readonly kind: 'order'; readonly order: Order }
  | { readonly kind: 'stop' }
  | { readonly kind: 'enough' };

export type FromChild<Answer, Report> =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly failure: WireFailure };

/** An error on its way from a child to its parent. */
export interface WireFailure {
  readonly code: EngineErrorCode;
  /** The sentence for people; of an error with a stack, which nobody foresaw, the bare message. */
  readonly message: string;
  /** Of a DeviceError. */
  readonly trouble?: DeviceTrouble;
  /** Where in the child it was thrown: for the log, never for a sentence. */
  readonly stack?: string;
}

export function toWire(error: unknown): WireFailure {
  if (error instanceof DeviceError) return { code: error.code, message: error.message, trouble: error.trouble };
  if (error instanceof UserError || error instanceof KnownFailure) return { code: error.code, message: error.message };
  return {
    code: 'defect',
    message: error instanceof Error ? error.message : String(error),
    stack: inspect(error), // with its causes
  };
}

/** The same error in the parent. */
export function fromWire({ code, message, trouble, stack }: WireFailure): Error {
  if (trouble !== undefined) return new DeviceError(trouble, message);
  if (stack !== undefined) return Object.assign(new Error(message), { stack });
  return code === 'defect' || code === 'protocol' ? new KnownFailure(code, message) : new UserError(code, message);
}
