import * as z from 'zod/mini';

/*
 * What messages between a page and the extension are checked with, by the end that gets them. zod/mini, since it is in every page; what was
 * checked when its file was read (a report, results) is known here by its outline alone.
 */

/** A schema of values of that type. */
export type Schema<T> = z.core.$ZodType<T>;

/** What a page may send, before anything is known of the method. */
export const fromPage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('request'), id: z.int(), method: z.string(), params: z.unknown() }),
]);

/** What the extension may send, before anything is known of its page. */
export const fromExtension = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('state'), state: z.unknown() }),
  z.object({ kind: z.literal('answer'), id: z.int(), result: z.unknown() }),
  z.object({ kind: z.literal('failure'), id: z.int(), message: z.string() }),
]);

/** A message, or a part of one, that does not fit its schema. `message` names the place in it, and never what stood there. */
export class UnfitMessage extends Error {
  override readonly name = 'UnfitMessage';
}

/** The value, which fits; `what` it is. */
export function fitting<T>(what: string, schema: Schema<T>, value: unknown): T {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const place = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
  throw new UnfitMessage(place ? `${what} (at ${place.slice(0, 200)})` : what);
}

export const nothing = z.strictObject({});
export const done = z.null();
export const textOrNull = z.nullable(z.string());
export const image = z.strictObject({ image: z.string() });
export const address = z.object({ workspace: z.string(), dataset: z.string() });

// columns of 100,000 images: looked through, not copied
const every = <T>(fits: (one: unknown) => boolean) =>
  z.custom<readonly T[]>((value) => Array.isArray(value) && value.every(fits));
export const texts = every<string>((one) => typeof one === 'string');
export const numbers = every<number>((one) => typeof one === 'number');

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Something that a schema of its own described when it was read. */
export const knownRecord = <T>() => z.custom<T>(isRecord);

/** Texts by their names. */
export const textsOf = <T extends object>() =>
  z.custom<T>((value) => isRecord(value) && Object.values(value).every((text) => typeof text === 'string'));

/** A file that can't be drawn. */
export const problem = z.object({ file: z.string(), place: z.string(), message: z.string() });

/** Something that the engine computes of all images. */
export const computed = z.object({
  status: z.enum(['none', 'loading', 'ready', 'failed']),
  message: textOrNull,
  version: z.number(),
});
