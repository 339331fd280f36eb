import { type DatasetRef, placeIn, places } from '../../shared/workspace/paths';
import {
  type BenchmarkState,
  type BrokenDataset,
  type DatasetListing,
  type DatasetState,
  type FileProblem,
  isBroken,
  type RoundState,
} from '../datasets/datasetState';

/**
 * The tree as data. Nodes are commands' arguments too: every one has a `ref`, rounds have their number, benchmarks their
 * name, and what opens a file has its path.
 */
export type Node =
  | { readonly kind: 'dataset'; readonly ref: DatasetRef; readonly state: DatasetState; readonly file: string }
  | { readonly kind: 'broken'; readonly ref: DatasetRef; readonly problem: FileProblem; readonly file: string }
  | { readonly kind: 'problem'; readonly ref: DatasetRef; readonly problem: FileProblem; readonly file: string }
  | { readonly kind: 'encoder'; readonly ref: DatasetRef; readonly state: DatasetState }
  | { readonly kind: 'rounds'; readonly ref: DatasetRef; readonly state: DatasetState }
  | {
      readonly kind: 'round';
      readonly ref: DatasetRef;
      readonly round: number;
      readonly state: RoundState;
      readonly file: string;
    }
  | { readonly kind: 'benchmarks'; readonly ref: DatasetRef; readonly state: DatasetState }
  | {
      readonly kind: 'benchmark';
      readonly ref: DatasetRef;
      readonly benchmark: string;
      readonly state: BenchmarkState;
    };

export const rootNodes = (listings: readonly DatasetListing[]): Node[] => listings.map(rootNode);

export function rootNode(listing: DatasetListing): Node {
  if (isBroken(listing)) return brokenNode(listing);
  const { ref } = listing;
  return { kind: 'dataset', ref, state: listing, file: placeIn(ref.directory, places.dataset) };
}

const brokenNode = ({ ref, problem }: BrokenDataset): Node => ({ kind: 'broken', ref, problem, file: problem.file });

/** Children in the order of work; problems first, newest round first. */
export function childNodes(node: Node): Node[] {
  const { ref } = node;
  switch (node.kind) {
    case 'dataset': {
      const { state } = node;
      const problems = state.problems.map((problem): Node => ({ kind: 'problem', ref, problem, file: problem.file }));
      const benchmarks: Node[] = state.benchmarks.length > 0 ? [{ kind: 'benchmarks', ref, state }] : [];
      return [...problems, { kind: 'encoder', ref, state }, { kind: 'rounds', ref, state }, ...benchmarks];
    }
    case 'rounds':
      return node.state.rounds.toReversed().map((state): Node => {
        const { round } = state;
        return { kind: 'round', ref, round, state, file: placeIn(ref.directory, places.round(round)) };
      });
    case 'benchmarks':
      return node.state.benchmarks.map((state): Node => ({ kind: 'benchmark', ref, benchmark: state.name, state }));
    default:
      return [];
  }
}

/** The same for the same thing, whatever its state: keeps what is unfolded when the tree is drawn anew. */
export function nodeId(node: Node): string {
  const { kind, ref } = node;
  const own =
    kind === 'round' ? node.round : kind === 'benchmark' ? node.benchmark : kind === 'problem' ? node.file : '';
  // VS Code remembers by the id that an item was folded; one without rounds could not be unfolded
  const empty = kind === 'rounds' && node.state.rounds.length === 0 ? ' empty' : '';
  return `${ref.directory} ${kind} ${own}${empty}`;
}
