const SAMPLE_MS = 50;

/**
 * As many milliseconds as that time of a machine which does nothing else is worth now: longer where other processes take
 * their share of the processor. For tests that claim how soon something happens.
 */
export function onBusyMachine(milliseconds: number): number {
  const began = performance.now();
  const before = process.cpuUsage();
  let used = 0;
  while (used < SAMPLE_MS) {
    const { user, system } = process.cpuUsage(before);
    used = (user + system) / 1000;
  }
  return milliseconds * Math.max(1, (performance.now() - began) / used);
}
