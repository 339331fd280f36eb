/** Work that is done one at a time; calls that come meanwhile lead to one more go. */
export class OneAtATime {
  private running: Promise<void> | null = null;
  private wanted = false;
  private disposed = false;

  constructor(private readonly work: () => Promise<void>) {}

  run(): Promise<void> {
    if (this.running) {
      this.wanted = true;
      return this.running;
    }
    this.running = this.work().finally(() => {
      this.running = null;
      if (this.wanted && !this.disposed) {
        this.wanted = false;
        void this.run();
      }
    });
    return this.running;
  }

  /** Has one more go follow the one that runs. */
  again(): void {
    this.wanted = true;
  }

  dispose(): void {
    this.disposed = true;
  }
}
