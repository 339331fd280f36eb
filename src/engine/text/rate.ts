import { percentDone } from '../../shared/percent';
import type { Progress } from '../job';

/** A progress report with rate and time left. */
export interface TimedProgress extends Progress {
  /** Units a second of the last minute; absent until there is something to divide. */
  readonly rate?: number;
  readonly secondsLeft?: number;
}

const MINUTE = 60_000;
/** What a rate is taken over at least, where there is that much: after a sleep of the machine it is right again soon. */
const FEWEST_MILLISECONDS = 5_000;
/** Reports come up to a hundred times a second; a hundred points in a minute are as good. */
const BETWEEN_POINTS = MINUTE / 100;

/** Derives rate and time left within each stage from the last minute of it. `now` is in milliseconds. */
export class RateMeter {
  private stage = '';
  private latest = 0;
  private points: { readonly at: number; readonly done: number }[] = [];

  update(progress: Progress, now: number): TimedProgress {
    const { stage, done, total } = progress;
    // work of an earlier run says nothing about this one's speed
    if (stage !== this.stage || done < this.latest || this.points.length === 0) this.points = [{ at: now, done }];
    this.stage = stage;
    this.latest = done;
    const from = this.baseOf(now);
    if (now - this.points.at(-1)!.at >= BETWEEN_POINTS) this.points.push({ at: now, done });
    const seconds = (now - from.at) / 1000;
    if (seconds <= 0.2 || done <= from.done) return progress;
    const rate = (done - from.done) / seconds;
    return { ...progress, rate, secondsLeft: (total - done) / rate };
  }

  /** The oldest point of the last minute; the one before it where that is too recent. */
  private baseOf(now: number) {
    const first = this.points.findIndex(({ at }) => now - at <= MINUTE);
    const isLong = first >= 0 && now - this.points[first]!.at >= FEWEST_MILLISECONDS;
    if (first > 0 && isLong) this.points.splice(0, first);
    else if (first < 0) this.points.splice(0, this.points.length - 1);
    return this.points[0]!;
  }
}

/** "8 s", "3 min 20 s", "2 h 05 min" */
export function formatSeconds(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
}

/** One line for a person: "Decoding images: 1200/9000 images (13 %), 450/s, 17 s left, loss 4.21" */
export function progressLine(progress: TimedProgress): string {
  const { stage, done, total, unit, message } = progress;
  const share = total > 0 ? ` (${percentDone(done / total)})` : '';
  return `${stage}: ${formatCount(done)}/${formatCount(total)}${unit ? ` ${unit}` : ''}${share}${paceText(progress)}${message ? `, ${message}` : ''}`;
}

export function paceText({ rate, secondsLeft }: TimedProgress): string {
  const parts: string[] = [];
  if (rate !== undefined && rate > 0)
    parts.push(rate >= 0.1 ? `${formatRate(rate)}/s` : `${formatSeconds(1 / rate)} each`);
  if (secondsLeft !== undefined) parts.push(`${formatSeconds(secondsLeft)} left`);
  return parts.map((part) => `, ${part}`).join('');
}

const formatRate = (rate: number) => (rate >= 10 ? String(Math.round(rate)) : rate.toFixed(1));
const formatCount = (n: number) => (Number.isInteger(n) ? String(n) : n.toFixed(1));
