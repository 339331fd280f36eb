import { forEachProductRow } from '../geometry/products';
import { breathe, type Job } from '../job';
import { type Matrix, matrix, row, unitRows } from '../numeric/matrix';
import { argmax } from '../numeric/probabilities';
import { calibrationFactor } from './calibration';
import { heldOutProbabilities, type ProbedRows } from './heldOut';

/** Nearest labelled images that are asked. */
const NEIGHBOURS = 10;

/** How well a label agrees with what the other labels say of its image. */
export interface Suspicion {
  /** From 0, nothing speaks against the label, up to below 1. */
  readonly suspicion: number;
  /** The class that a model names which has not seen this label, and the probabilities that it gives that class and the label's. */
  readonly expected: number;
  readonly probability: number;
  readonly ofLabel: number;
  /** Of the nearest labelled images those with the same label, and how many were asked. */
  readonly neighbours: number;
  readonly asked: number;
}

/**
 * How suspicious each label is: a probe that has not seen it (five-fold cross-validation, calibrated) gives it the probability p
 * and the likeliest class p*, and of the ten nearest labelled images by cosine k have the same label and k* the commonest one;
 * 1 − √(p / p* · (k + ½) / (k* + ½)). The first factor is the confidence in a label of confident learning
 * (Northcutt et al. 2021) over the largest one, the second the vote of neighbours of SimiFeat (Zhu et al. 2022).
 * @param labels of two classes or more, n ≥ 3, below classCount.
 */
export async function suspicions(
  { rows, frozen }: ProbedRows,
  labels: Int32Array,
  classCount: number,
  job: Job,
): Promise<Suspicion[]> {
  const unseen = await heldOutProbabilities({ rows, frozen }, labels, classCount, job);
  const factor = calibrationFactor(unseen, labels);
  const votes = await neighbourVotes(rows, labels, classCount, job);
  const asked = Math.min(NEIGHBOURS, labels.length - 1);
  return Array.from(labels, (label, i) => {
    const powers = Array.from(row(unseen, i), (p) => Math.max(p, SMALLEST) ** factor);
    const sum = powers.reduce((total, p) => total + p, 0);
    const expected = argmax(powers);
    const ofImage = row(votes, i);
    const alike = (ofImage[label] + 0.5) / (ofImage[argmax(ofImage)] + 0.5);
    return {
      suspicion: 1 - Math.sqrt((powers[label] / powers[expected]) * alike),
      expected,
      probability: powers[expected] / sum,
      ofLabel: powers[label] / sum,
      neighbours: ofImage[label],
      asked,
    };
  });
}

const SMALLEST = 1e-12;

/** Of each image's nearest others how many have each class, [n × c]. */
async function neighbourVotes(
  rows: Matrix<Float32Array>,
  labels: Int32Array,
  classCount: number,
  job: Job,
): Promise<Matrix<Float64Array>> {
  const directions = unitRows(rows);
  const n = labels.length;
  const votes = matrix(n, classCount, new Float64Array(n * classCount));
  const visit = (i: number, cosines: Float32Array): void => {
    for (const j of nearestOthers(cosines, i)) votes.data[i * classCount + labels[j]]++;
  };
  await forEachProductRow(directions, directions, visit, () => breathe(job));
  return votes;
}

/** The images with the largest cosines but the one itself; of equal ones those that come first. */
function nearestOthers(cosines: Float32Array, self: number): number[] {
  const nearest: number[] = [];
  for (let j = 0; j < cosines.length; j++) {
    if (j === self) continue;
    let place = nearest.length;
    while (place > 0 && cosines[j] > cosines[nearest[place - 1]]) place--;
    if (place === NEIGHBOURS) continue;
    nearest.splice(place, 0, j);
    if (nearest.length > NEIGHBOURS) nearest.pop();
  }
  return nearest;
}
