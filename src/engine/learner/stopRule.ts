/** When training on the labelled images ends, besides its last epoch. From the paper's training loop. */
export interface StopRule {
  /** Training accuracy at which nothing is left to learn. */
  readonly accuracy: number;
  /** Epochs over which accuracy must have risen by `rise` somewhere … */
  readonly window: number;
  readonly rise: number;
}

export const paperStopRule: StopRule = { accuracy: 0.999, window: 10, rise: 0.001 };

/** `history` holds the training accuracy of every epoch so far. Null: go on. */
export function shouldStop(history: readonly number[], rule: StopRule): 'accuracy' | 'saturation' | null {
  if (history.length === 0) return null;
  if (history.at(-1)! >= rule.accuracy) return 'accuracy';
  return isSaturated(history.slice(-rule.window), rule) ? 'saturation' : null;
}

/** Whether a full window has no later-minus-earlier pair that reaches the rise. */
function isSaturated(window: readonly number[], rule: StopRule): boolean {
  if (window.length < rule.window) return false;
  let lowest = window[0];
  for (const accuracy of window.slice(1)) {
    if (accuracy - lowest >= rule.rise) return false;
    lowest = Math.min(lowest, accuracy);
  }
  return true;
}
