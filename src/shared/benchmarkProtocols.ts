/** Share of each class's images that is held out for testing where a dataset has no test split. */
export const HELD_OUT_SHARE = 0.2;

/** A number of images, or a percentage of the pool. */
export interface Amount {
  readonly value: number;
  readonly percent: boolean;
}

/** What decides at how many labels a cell is measured, how often, and who picks the first ones. */
interface ProtocolSettings {
  /** Number of repetitions: seeds 0 … n − 1. */
  readonly seeds: number;
  readonly first: 'random' | 'strategy';
}

/** Even steps: an initial set, then the same number of labels in every round. */
export interface EvenProtocol extends ProtocolSettings {
  readonly initial: Amount;
  readonly budget: Amount;
  /** Trainings in a cell, the one on the initial labels included. */
  readonly cycles: number;
}

/** Cumulative labels a class. */
export interface PerClassProtocol extends ProtocolSettings {
  readonly perClass: readonly number[];
}

/** The protocols by name; everything that one is stands here. */
export const protocols = {
  /** Roy & Etemad 2023: 10 % at random, 5 % a round, seven cycles, three runs. */
  paper: {
    initial: { value: 10, percent: true },
    budget: { value: 5, percent: true },
    cycles: 7,
    seeds: 3,
    first: 'random',
  },
  /** The cold start: log-spaced budgets from one label a class, the strategy picks from the first label on. */
  cold: { perClass: [1, 2, 5, 10, 20, 50, 100], seeds: 10, first: 'strategy' },
} as const satisfies Record<string, EvenProtocol | PerClassProtocol>;

export type ProtocolName = keyof typeof protocols;
export const protocolNames = Object.keys(protocols) as readonly ProtocolName[];
