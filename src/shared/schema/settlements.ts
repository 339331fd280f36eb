import * as z from 'zod';
import { annotatorName, imageId, isoTime, schemaVersion } from './common';

/** Where the class of a settlement comes from: most people's answers, those of one person, or whoever settles. */
const settlementWays = ['majority', 'answer', 'decision'] as const;

/** What a dispute over one image was settled to. People's answers stay as they are. */
export const settlement = z
  .strictObject({
    label: z.string().min(1),
    how: z.enum(settlementWays),
    /** Whose answer it is, where one person's was taken. */
    of: annotatorName.exactOptional(),
    at: isoTime,
    /** The answers that differed, by annotator: where another one comes in, the settlement does not speak of it. */
    over: z.record(z.string(), z.string()),
  })
  .refine(({ how, of }) => (how === 'answer') === (of !== undefined), {
    path: ['of'],
    message: 'expected a name where "how" is "answer", and none elsewhere',
  });
export type Settlement = Readonly<z.infer<typeof settlement>>;

/** `settlements/<who settled>.json`: image id → what its dispute was settled to. */
export const settlementFile = z.strictObject({
  schema: schemaVersion,
  settlements: z.record(imageId, settlement),
});

/** The text of such a file: keys sorted by code unit, one settlement a line, so that version control can merge it. */
export function serialiseSettlements(settlements: ReadonlyMap<string, Settlement>): string {
  const lines = [...settlements].sort(([a], [b]) => (a < b ? -1 : 1)).map(lineOf);
  const body = lines.length > 0 ? `{\n${lines.join(',\n')}\n  }` : '{}';
  return `{\n  "schema": 1,\n  "settlements": ${body}\n}\n`;
}

function lineOf([image, { label, how, of, at, over }]: readonly [string, Settlement]): string {
  const sorted = Object.fromEntries(Object.entries(over).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `    ${JSON.stringify(image)}: ${JSON.stringify({ label, how, of, at, over: sorted })}`;
}
