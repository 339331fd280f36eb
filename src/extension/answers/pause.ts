/** Calls `work` at once, or once after a pause for all calls of `soon` in it. */
export function paused(work: () => void, pause: number) {
  let timer: NodeJS.Timeout | undefined;
  const now = () => {
    clearTimeout(timer);
    timer = undefined;
    work();
  };
  return {
    now,
    soon: () => {
      timer ??= setTimeout(now, pause);
    },
    dispose: () => clearTimeout(timer),
  };
}
