/** Learning rates by step. Steps count from 0. */
export type Schedule = (step: number) => number;

/** Linear warm-up from nearly 0 to `peak`, then half a cosine down to 0 (Loshchilov & Hutter 2017). */
export function warmupCosine(peak: number, steps: number, warmupSteps: number): Schedule {
  return (step) => {
    if (step < warmupSteps) return (peak * (step + 1)) / (warmupSteps + 1);
    const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
    return (peak * (1 + Math.cos(Math.PI * Math.min(1, progress)))) / 2;
  };
}

const WARM_EPOCHS = 10;
const WARM_FROM = 0.01;

/**
 * The schedule of the paper's pre-training code: a cosine, constant within an epoch, down to a thousandth of the peak, and for batches
 * above 256 images a linear warm-up by step over the first ten epochs.
 */
export function paperSchedule(peak: number, epochs: number, batchesPerEpoch: number, batch: number): Schedule {
  const lowest = peak * 0.001;
  const cosine = (epoch: number) => lowest + ((peak - lowest) * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2;
  return (step) => {
    const epoch = Math.floor(step / batchesPerEpoch) + 1;
    if (batch <= 256 || epoch > WARM_EPOCHS) return cosine(epoch);
    return WARM_FROM + (step / (WARM_EPOCHS * batchesPerEpoch)) * (cosine(WARM_EPOCHS) - WARM_FROM);
  };
}
