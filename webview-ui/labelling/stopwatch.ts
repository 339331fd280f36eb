/** Seconds that an image has been looked at. */
export class Stopwatch {
  private image: string | null = null;
  private since = 0;

  /** Starts anew when another image is shown. */
  show(image: string | null, now = performance.now()): void {
    if (image === this.image) return;
    this.image = image;
    this.since = now;
  }

  restart(now = performance.now()): void {
    this.since = now;
  }

  seconds(now = performance.now()): number {
    return Math.max(0, (now - this.since) / 1000);
  }
}
