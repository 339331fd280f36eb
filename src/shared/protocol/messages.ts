import * as z from 'zod/mini';
import type { PageMethods } from './page';

/*
 * What is checked of messages between a page and the extension, by the end that gets them. zod/mini, since it is in every page; what was
 * checked when its file was read (a report, results) is known here by its outline alone.
 */

/** Schemas of a page's messages. */
export interface PageMessages<M extends PageMethods<M>, S> {
  readonly state: z.ZodMiniType<S>;
  readonly methods: {
    readonly [K in keyof M]: {
      readonly params: z.ZodMiniType<M[K]['params']>;
      readonly result: z.ZodMiniType<M[K]['result']>;
    };
  };
}

/** What a page may send, before anything is known of the method. */
export const fromPage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('request'), id: z.int(), method: z.string(), params: z.unknown() }),
]);

/** What the extension may send. */
export const fromExtension = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), state: z.unknown() }),
  z.object({ kind: z.literal('answer'), id: z.int(), result: z.unknown() }),
  z.object({ kind: z.literal('failure'), id: z.int(), message: z.string() }),
]);

/** A message that does not fit its schema; `message` is the place in it. */
export class UnfitMessage extends Error {}

/** The value, which fits; otherwise throws an UnfitMessage. */
export function fitting<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UnfitMessage(parsed.error.issues[0]?.path.map(String).join('.') ?? '');
}

export const nothing = z.strictObject({});
export const done = z.null();
export const texts = z.array(z.string());
export const numbers = z.array(z.number());
export const textOrNull = z.nullable(z.string());
export const image = z.strictObject({ image: z.string() });
export const address = z.object({ workspace: z.string(), dataset: z.string() });

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Something that a schema of its own described when it was read. */
export const knownRecord = <T>(): z.ZodMiniType<T> => z.custom<T>(isRecord);

/** Texts by their names. */
export const textsOf = <T extends object>(): z.ZodMiniType<T> =>
  z.custom<T>((value) => isRecord(value) && Object.values(value).every((text) => typeof text === 'string'));

/** A file that can't be drawn. */
export const problem = z.object({ file: z.string(), place: z.string(), message: z.string() });

/** Something that the engine computes of all images. */
export const computed = z.object({
  status: z.enum(['none', 'loading', 'ready', 'failed']),
  message: textOrNull,
  version: z.number(),
});
