/** Something that tests need is not on this machine. The message is a sentence that says what and why. */
export class Unavailable extends Error {
  override readonly name: string = 'Unavailable';
}

/** It could be there, and `npm run test:setup` fetches it. */
export class NotSetUp extends Unavailable {
  override readonly name = 'NotSetUp';
}

/** Whether nothing that can be set up may be missing: in continuous integration nobody would notice skipped tests. */
export const isStrict = (): boolean => !['', '0', 'false', undefined].includes(process.env.CI);

export type Found<T> = { readonly found: T; readonly why: null } | { readonly found: null; readonly why: string };

/**
 * What `find` finds, or why it is not there: tests that need it are skipped then.
 * @throws NotSetUp in continuous integration
 */
export function findOrWhy<T>(find: () => T): Found<T> {
  try {
    return { found: find(), why: null };
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    if (!(error instanceof NotSetUp)) return { found: null, why: error.message };
    const why = `${error.message} \`npm run test:setup\` fetches what is missing.`;
    if (isStrict()) throw new NotSetUp(why);
    return { found: null, why };
  }
}
