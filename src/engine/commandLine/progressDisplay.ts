import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../job';
import { paceText, progressLine, RateMeter } from '../text/rate';

export type DisplayMode = 'bar' | 'lines' | 'none';

const SECONDS_BETWEEN_LINES = 5;
const MILLISECONDS_BETWEEN_FRAMES = 100;

/** Shows a job's progress on stderr: a bar on a terminal, else a line every few seconds. */
export class ProgressDisplay {
  private readonly meter = new RateMeter();
  private bar: SingleBar | null = null;
  private stage = '';
  private last = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly mode: DisplayMode,
    private readonly write: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
  ) {
    this.last = performance.now(); // short jobs print no line at all
  }

  report(progress: Progress): void {
    if (this.mode === 'none') return;
    const now = performance.now();
    const timed = this.meter.update(progress, now);
    if (this.mode === 'lines') {
      if (now - this.last < SECONDS_BETWEEN_LINES * 1000) return;
      this.last = now;
      this.write(progressLine(timed));
      return;
    }
    const { stage, done, total, unit = '', message } = timed;
    const text = { stage, unit, pace: paceText(timed), message: message ? `, ${message}` : '' };
    if (!this.bar || stage !== this.stage) {
      this.stop();
      this.stage = stage;
      this.bar = new SingleBar(
        {
          format: '{stage} {bar} {percentage} %, {value}/{total} {unit}{pace}{message}',
          stream: process.stderr,
          hideCursor: true,
          clearOnComplete: false,
          linewrap: false,
          barsize: 24,
          gracefulExit: false,
        },
        Presets.shades_classic,
      );
      this.bar.start(total, done, text);
    } else if (now - this.last < MILLISECONDS_BETWEEN_FRAMES && done < total) return;
    this.last = now;
    this.bar.setTotal(total);
    this.bar.update(done, text);
  }

  /** Leaves the terminal as it was (the cursor shown, the line ended). */
  stop(): void {
    this.bar?.stop();
    this.bar = null;
  }
}
