/** Waits until `look` finds something; the error says what was waited for. */
export async function waitFor<T>(what: string, look: () => T | Promise<T>, seconds = 30): Promise<NonNullable<T>> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`Not within ${seconds} s: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What has become of something after that time. */
export async function stateAfter(seconds: number, work: PromiseLike<unknown>): Promise<string> {
  const ended = Promise.resolve(work).then(
    () => 'ended',
    (error: unknown) => `failed: ${error}`,
  );
  return Promise.race([ended, new Promise<string>((resolve) => setTimeout(() => resolve('waiting'), seconds * 1000))]);
}
