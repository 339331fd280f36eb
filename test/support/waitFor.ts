import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `look` finds something, or says that it is so; the error says what was waited for. */
export async function waitFor<T>(what: string, look: () => T | Promise<T>, seconds = 30): Promise<NonNullable<T>> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`Not within ${seconds} s: ${what}.`);
    await sleep(20);
  }
}

/** What has become of something after that time. */
export async function stateAfter(seconds: number, work: PromiseLike<unknown>): Promise<string> {
  const ended = Promise.resolve(work).then(
    () => 'ended',
    (error: unknown) => `failed: ${error}`,
  );
  return Promise.race([ended, sleep(seconds * 1000, 'waiting')]);
}
