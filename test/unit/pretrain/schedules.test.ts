import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { paperSchedule, warmupCosine } from '../../../src/engine/pretrain/schedules';

interface Vectors {
  pretrain_lr: {
    lr: number;
    epochs: number;
    batches_per_epoch_FER13: number;
    cosine_lr: Record<string, number>;
    warmup_lr: Record<string, number>;
  };
}
const { pretrain_lr: vectors } = JSON.parse(
  readFileSync(new URL('../../fixtures/vectors/i_protocol.json', import.meta.url), 'utf8'),
) as Vectors;

describe('learning rates', () => {
  const batches = vectors.batches_per_epoch_FER13;
  const schedule = paperSchedule(vectors.lr, vectors.epochs, batches, 1024);

  it('follow the cosine of the paper after its warm-up', () => {
    for (const [epoch, rate] of Object.entries(vectors.cosine_lr))
      if (Number(epoch) > 10) expect(schedule((Number(epoch) - 1) * batches)).toBeCloseTo(rate, 15);
  });

  it('follow the warm-up of the paper by batch', () => {
    for (const [at, rate] of Object.entries(vectors.warmup_lr)) {
      const [epoch, batch] = at.split(':').map(Number);
      expect(schedule((epoch! - 1) * batches + batch!)).toBeCloseTo(rate, 15);
    }
  });

  it('skip the warm-up for batches of 256 and less, as the paper does', () => {
    expect(paperSchedule(0.5, 1000, 29, 256)(0)).toBeCloseTo(vectors.cosine_lr['1']!, 15);
  });

  it('rise and fall once in the quick preset', () => {
    const quick = warmupCosine(0.3, 100, 10);
    const rates = Array.from({ length: 100 }, (_, step) => quick(step));
    const peak = rates.indexOf(Math.max(...rates));
    expect(peak).toBe(10);
    expect(rates[10]).toBeCloseTo(0.3, 12);
    expect(rates.slice(0, 11)).toEqual([...rates.slice(0, 11)].sort((a, b) => a - b));
    expect(rates.at(-1)).toBeLessThan(0.001);
  });
});
