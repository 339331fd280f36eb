import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';

/** Where a generator stands; four 32-bit integers that go into a checkpoint as they are. */
export type RandomState = readonly number[];

/** A seeded random generator (xoroshiro128+). Same seed and name, same numbers, on every machine. */
export class Random {
  private constructor(private readonly generator: JumpableRandomGenerator) {}

  /**
   * The stream of that name under a seed. Streams of different names are independent, so drawing more numbers in one
   * (say 'augment') never shifts another (say 'select').
   */
  static stream(seed: number, name: string): Random {
    const digest = createHash('sha256').update(`${seed}/${name}`).digest();
    return Random.fromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
  }

  static fromState(state: RandomState): Random {
    return new Random(xoroshiro128plusFromState(state));
  }

  get state(): RandomState {
    return this.generator.getState();
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return uniformFloat64(this.generator);
  }

  /** Uniform in [from, to). */
  between(from: number, to: number): number {
    return from + (to - from) * this.uniform();
  }

  /** A whole number in [0, n). */
  integer(n: number): number {
    return uniformInt(this.generator, 0, n - 1);
  }

  /** True with probability p. */
  chance(p: number): boolean {
    return this.uniform() < p;
  }

  /** Standard normal (Box-Muller; the second value is not kept, so that the state is the generator's alone). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Shuffles in place (Fisher-Yates) and returns the same array. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swap = items[i];
      (items as { [index: number]: unknown })[i] = items[j];
      (items as { [index: number]: unknown })[j] = swap;
    }
    return items;
  }

  /** The numbers 0 … n−1 in random order. */
  permutation(n: number): Int32Array {
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    return this.shuffle(order);
  }
}
