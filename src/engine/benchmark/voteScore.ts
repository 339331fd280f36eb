import type { VoteScore } from '../../shared/schema/report';
import { type Matrix, row } from '../numeric/matrix';
import { argmax } from '../numeric/probabilities';

/**
 * How well probabilities [n × c] match the shares of the votes of n images, each summing to 1: the mean cross-entropy
 * −Σ v ln p (probabilities clipped at 2⁻⁵²), its lower bound, which is the mean entropy of the votes, and the mean share
 * of the votes for the predicted class. Null without images.
 */
export function scoreAgainstVotes(probabilities: Matrix, votes: readonly ArrayLike<number>[]): VoteScore | null {
  const images = votes.length;
  if (probabilities.rows !== images)
    throw new RangeError(`${probabilities.rows} predictions need votes on as many images, not on ${images}.`);
  if (images === 0) return null;
  let logLoss = 0;
  let entropy = 0;
  let agreement = 0;
  for (const [i, shares] of votes.entries()) {
    const p = row(probabilities, i);
    for (let c = 0; c < p.length; c++) {
      if (shares[c] === 0) continue;
      logLoss -= shares[c] * Math.log(Math.min(1, Math.max(p[c], Number.EPSILON)));
      entropy -= shares[c] * Math.log(shares[c]);
    }
    agreement += shares[argmax(p)];
  }
  // a mean of shares; rounding must not carry it out of 0 … 1
  const share = Math.min(1, agreement / images);
  return { images, logLoss: Math.max(0, logLoss / images), entropy: Math.max(0, entropy / images), agreement: share };
}
