import { row } from '../numeric/matrix';
import { argmax } from '../numeric/probabilities';
import { defineStrategy, noOptions, type Pick } from './define';
import { percent } from './picks';

/**
 * Class-balanced random sampling, the reference for unbalanced classes: again and again the class with the fewest images,
 * labelled ones under their label and picked ones under the predicted class (the lower class on a tie), and of the
 * pool's images that the model takes for this class one by chance; a class that no image is left for is passed over. The
 * score is the probability of the class. Without a model, before the first training, this is random sampling.
 *
 * It balances what the model believes, never true labels: those of the pool are not known to any strategy. Drawing by
 * true labels would be an oracle's reference, which can't be used on a folder that nobody has labelled.
 */
export const classBalancedRandom = defineStrategy({
  name: 'classBalancedRandom',
  title: 'Class-balanced random',
  hint: 'by chance, evenly over predicted classes',
  about: 'by chance, in equal numbers from the classes that the model predicts',
  needs: [],
  uses: ['probabilities'],
  options: noOptions,
  async select({ poolSize, classCount, probabilities, labelledLabels, className }, { k, random }) {
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
      const reason = `drawn from what looks like ${className(rarest)} (${percent(p)}), of which there are ${counts[rarest]}`;
      picks.push({ index, score: p, reason });
      counts[rarest]++;
    }
    return picks;
  },
});
