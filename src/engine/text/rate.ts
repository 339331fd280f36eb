import { percentDone } from '../../shared/percent';
import type { Progress } from '../job';

/** A progress report with the figures that the reporter left to us. */
export interface TimedProgress extends Progress {
  /** Units a second since the stage began; absent until there is something to divide. */
  readonly rate?: number;
  readonly secondsLeft?: number;
}

/** Derives rate and time left within each stage. `now` is in milliseconds. */
export class RateMeter {
  private stage = '';
  private since = 0;
  private doneBefore = 0;

  update(progress: Progress, now: number): TimedProgress {
    if (progress.stage !== this.stage || progress.done < this.doneBefore) {
      this.stage = progress.stage;
      this.since = now;
      this.doneBefore = progress.done; // work of an earlier run says nothing about this one's speed
    }
    const seconds = (now - this.since) / 1000;
    const done = progress.done - this.doneBefore;
    const rate = progress.rate ?? (seconds > 0.2 && done > 0 ? done / seconds : undefined);
    const left = progress.secondsLeft ?? (rate ? (progress.total - progress.done) / rate : undefined);
    return {
      ...progress,
      ...(rate === undefined ? {} : { rate }),
      ...(left === undefined ? {} : { secondsLeft: left }),
    };
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
