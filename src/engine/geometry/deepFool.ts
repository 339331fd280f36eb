import { type LinearHead, logits } from '../numeric/linearHead';
import { type Matrix, row, type Vector } from '../numeric/matrix';
import { argmax } from '../numeric/probabilities';
import { dot, squaredDistance } from '../numeric/vectors';

/** The smallest changes found that turn the inputs of a classifier into inputs of another class. */
export interface Perturbations {
  /** ‖change‖² of each input, [n]; infinite where no direction leads to another class. */
  readonly squaredNorms: Float64Array;
  /** The class that the classifier predicts, [n]. */
  readonly before: Int32Array;
  /** The class that it predicts after the change, [n]; the same as before where none was found. */
  readonly after: Int32Array;
}

export interface DeepFoolOptions {
  /** Steps after which an input is given up; what has been changed by then counts. */
  readonly maxIterations: number;
  /** How far beyond the boundary the change goes, as a share of its length. */
  readonly overshoot: number;
}

/** A classifier whose logits can be differentiated with respect to its inputs. */
export interface DifferentiableClassifier {
  readonly classCount: number;
  /** Values of one input. */
  readonly size: number;
  /** Inputs whose gradients are asked for in one go. */
  readonly batch: number;
  /** Logits [n × c] of inputs [n × size]. */
  logits(inputs: Float64Array, n: number): Promise<ArrayLike<number>>;
  /** Gradients of logit k − logit label for every class k ≠ label in ascending order, [n × (c − 1) × size]. */
  gradients(inputs: Float64Array, n: number, labels: Int32Array): Promise<Vector>;
}

export interface DeepFoolRequest extends DeepFoolOptions {
  readonly classifier: DifferentiableClassifier;
  /** Inputs to attack. */
  readonly count: number;
  /** Writes input i to `target`. */
  read(i: number, target: Float64Array): void;
  /** Awaited after every batch with the number of inputs that are done. */
  step(done: number): Promise<void>;
}

/** Inputs under attack at the same time; a finished one makes room for the next. */
const ATTACKED = 64;

/** Added to every step, so that an input on a boundary moves too. */
const STABILISER = 1e-4;

interface Attack {
  readonly index: number;
  readonly original: Float64Array;
  /** The sum of all steps, without the overshoot. */
  readonly change: Float64Array;
  label: number;
  iterations: number;
}

/**
 * DeepFool (S.-M. Moosavi-Dezfooli, A. Fawzi, P. Frossard, "DeepFool: a simple and accurate method to fool deep neural
 * networks", CVPR 2016, algorithm 2) on many inputs at a time: again and again every input takes the step
 * (min_k |f_k − f_l| / ‖∇f_k − ∇f_l‖ + 1e-4) to the nearest class boundary of the linearised classifier, until
 * x + (1 + overshoot) · Σ steps is no longer of its first class l. An input's result does not depend on the others.
 */
export async function deepFool(request: DeepFoolRequest): Promise<Perturbations> {
  const { classifier, count, maxIterations, overshoot, read, step } = request;
  const { classCount, size, batch } = classifier;
  const found: Perturbations = {
    squaredNorms: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    before: new Int32Array(count),
    after: new Int32Array(count),
  };
  const inputs = new Float64Array(Math.min(ATTACKED, count) * size);
  const place = (attacks: readonly Attack[]): void => {
    for (const [slot, { original, change }] of attacks.entries())
      for (let j = 0; j < size; j++) inputs[slot * size + j] = original[j] + (1 + overshoot) * change[j];
  };
  let running: Attack[] = [];
  let next = 0;
  let done = 0;
  const finish = ({ index, label, change }: Attack, after: number, reachable: boolean): void => {
    if (reachable) found.squaredNorms[index] = (1 + overshoot) ** 2 * dot(change, change);
    found.before[index] = label;
    found.after[index] = after;
    done++;
  };
  while (next < count || running.length > 0) {
    for (; running.length < ATTACKED && next < count; next++) {
      const original = new Float64Array(size);
      read(next, original);
      running.push({ index: next, original, change: new Float64Array(size), label: -1, iterations: 0 });
    }
    place(running);
    const scores = Float64Array.from(await classifier.logits(inputs, running.length));
    const going: { readonly attack: Attack; readonly f: Float64Array }[] = [];
    for (const [slot, attack] of running.entries()) {
      const f = scores.subarray(slot * classCount, (slot + 1) * classCount);
      const predicted = argmax(f);
      if (attack.label < 0) attack.label = predicted;
      const over = predicted !== attack.label || attack.iterations === maxIterations || classCount === 1;
      if (over) finish(attack, predicted, classCount > 1);
      else going.push({ attack, f });
    }
    running = [];
    for (let from = 0; from < going.length; from += batch) {
      const part = going.slice(from, from + batch);
      const attacks = part.map(({ attack }) => attack);
      place(attacks);
      const labels = Int32Array.from(attacks, ({ label }) => label);
      const gradients = await classifier.gradients(inputs, part.length, labels);
      const each = (classCount - 1) * size;
      for (const [slot, { attack, f }] of part.entries()) {
        if (advance(attack, f, gradients.subarray(slot * each, (slot + 1) * each))) running.push(attack);
        else finish(attack, attack.label, false); // flat: nothing leads anywhere
      }
      await step(done);
    }
    await step(done);
  }
  return found;
}

/** Takes the step to the nearest linearised boundary (ties to the lower class); false when there is none. */
function advance(attack: Attack, f: Float64Array, gradients: Vector): boolean {
  const { label, change } = attack;
  const size = change.length;
  let nearest = Number.POSITIVE_INFINITY;
  let factor = 0;
  let at = -1;
  for (let k = 0, place = 0; k < f.length; k++) {
    if (k === label) continue;
    const gradient = gradients.subarray(place * size, (place + 1) * size);
    const norm = Math.sqrt(dot(gradient, gradient));
    const distance = Math.abs(f[k] - f[label]) / norm;
    if (norm > 0 && distance < nearest) {
      nearest = distance;
      factor = (distance + STABILISER) / norm;
      at = place;
    }
    place++;
  }
  if (at < 0) return false;
  for (let j = 0; j < size; j++) change[j] += factor * gradients[at * size + j];
  attack.iterations++;
  return true;
}

/** Rows whose perturbations are computed between two calls of `step`. */
const BLOCK = 512;

/**
 * What `deepFool` finds for a linear classifier, features [n × d] → logits, in closed form: one step always suffices, and
 * ‖change‖ = (1 + overshoot) · (min_k |f_k − f_l| / ‖w_k − w_l‖ + 1e-4). `step` is awaited now and then with the number of
 * rows that are done.
 */
export async function linearPerturbations(
  head: LinearHead,
  features: Matrix,
  overshoot: number,
  step: (done: number) => Promise<void>,
): Promise<Perturbations> {
  const { weights } = head;
  const classCount = weights.rows;
  const lengths = new Float64Array(classCount * classCount);
  for (let k = 0; k < classCount; k++)
    for (let l = 0; l < classCount; l++)
      lengths[k * classCount + l] = Math.sqrt(squaredDistance(row(weights, k), row(weights, l)));
  const squaredNorms = new Float64Array(features.rows);
  const before = new Int32Array(features.rows);
  const after = new Int32Array(features.rows);
  for (let from = 0; from < features.rows; from += BLOCK) {
    const rows = Math.min(BLOCK, features.rows - from);
    const { columns } = features;
    const data = features.data.subarray(from * columns, (from + rows) * columns);
    const scores = logits(head, { rows, columns, data });
    for (let i = 0; i < rows; i++) {
      const f = row(scores, i);
      const l = argmax(f);
      let nearest = Number.POSITIVE_INFINITY;
      let to = l;
      for (let k = 0; k < classCount; k++) {
        const length = lengths[k * classCount + l];
        const distance = Math.abs(f[k] - f[l]) / length;
        if (length > 0 && distance < nearest) {
          nearest = distance;
          to = k;
        }
      }
      before[from + i] = l;
      after[from + i] = to;
      squaredNorms[from + i] = ((1 + overshoot) * (nearest + STABILISER)) ** 2;
    }
    await step(from + rows);
  }
  return { squaredNorms, before, after };
}
