import * as z from 'zod';
import { row } from '../numeric/matrix';
import { argmax } from '../numeric/probabilities';
import { optionsParser } from './options';
import { className, percent } from './ranking';
import type { Pick, Strategy } from './strategy';

/**
 * Class-balanced random sampling, the reference for unbalanced classes: again and again the class with the fewest images,
 * labelled ones under their label and picked ones under the predicted class (the lower class on a tie), and of the
 * pool's images that the model takes for this class one by chance; a class that no image is left for is passed over. The
 * score is the probability of the class. Without a model, before the first training, this is random sampling.
 *
 * It balances what the model believes, never true labels: those of the pool are not known to any strategy. Drawing by
 * true labels would be an oracle's reference, which can't be used on a folder that nobody has labelled.
 */
export const classBalancedRandom: Strategy = {
  name: 'classBalancedRandom',
  title: 'Class-balanced random',
  summary: 'Asks about images drawn by chance, in equal numbers from the classes that the model takes them for.',
  needs: [],
  uses: ['probabilities'],
  parseOptions: optionsParser('classBalancedRandom', z.strictObject({})),
  async select(context, k, random) {
    const { poolSize, classCount, probabilities, labelledLabels } = context;
    const order = random.permutation(poolSize);
    if (probabilities === undefined)
      return Array.from(order.subarray(0, k), (index) => ({ index, score: 0, reason: 'drawn by chance' }));
    // An image drawn from what is left of a class is the next of that class in one random order of the pool.
    const queues = Array.from({ length: classCount }, (): number[] => []);
    for (let at = poolSize - 1; at >= 0; at--) queues[argmax(row(probabilities, order[at]))].push(order[at]);
    const counts = new Int32Array(classCount);
    for (let l = 0; l < labelledLabels.length; l++) counts[labelledLabels[l]]++;
    const picks: Pick[] = [];
    while (picks.length < k) {
      let rarest = -1;
      for (let c = 0; c < classCount; c++)
        if (queues[c].length > 0 && (rarest < 0 || counts[c] < counts[rarest])) rarest = c;
      const index = queues[rarest].pop()!;
      const p = probabilities.data[index * classCount + rarest];
      const reason = `drawn from what looks like ${className(context, rarest)} (${percent(p)}), of which there are ${counts[rarest]}`;
      picks.push({ index, score: p, reason });
      counts[rarest]++;
    }
    return picks;
  },
};
