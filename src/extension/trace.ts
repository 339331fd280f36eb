import { appendFileSync } from 'node:fs';

/*
 * Moments of the extension, for test/perf/extension.mjs: with WARMSTART_TRACE in the environment, one JSON line each is
 * added to the file of that path. `at`: milliseconds since 1970; `cpu`: milliseconds that this process has computed so
 * far, which say more than the clock on a machine that others work on.
 */
const file = process.env.WARMSTART_TRACE;

function present(): { readonly at: number; readonly cpu: number } {
  const { user, system } = process.cpuUsage();
  return { at: performance.timeOrigin + performance.now(), cpu: (user + system) / 1000 };
}

/** When the code of this bundle began to run. */
export const codeBegan = present();

/** Notes a moment, now if not told otherwise. Does nothing outside that script. */
export const mark: (moment: string, when?: typeof codeBegan) => void = file
  ? (moment, when = present()) => appendFileSync(file, `${JSON.stringify({ moment, ...when })}\n`)
  : () => {};
