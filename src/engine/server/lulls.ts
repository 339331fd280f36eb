/** Does work once nobody has asked for a while; the latest to ask about a name says what. A failure is nobody's: it is tried after the next time. */
export class Lulls {
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly afterMs: number) {}

  await(name: string, work: () => Promise<unknown>): void {
    clearTimeout(this.timers.get(name));
    const run = () => {
      this.timers.delete(name);
      work().catch(() => {});
    };
    this.timers.set(name, setTimeout(run, this.afterMs).unref());
  }
}
