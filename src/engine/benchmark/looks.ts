import type { Dataset } from '../data/dataset/type';
import { inputError } from '../errors';
import { encoderDigest } from '../features/digest';
import { FeatureOpener, howToMake, type Looks } from '../features/kinds';
import type { Job } from '../job';
import type { CellPlan } from './cell';

/** Opens what a benchmark's cells look at. */
export class CellLooks {
  private readonly opener: FeatureOpener;

  constructor(
    private readonly dataset: Dataset,
    job: Job,
  ) {
    this.opener = new FeatureOpener(dataset, job);
  }

  /** What the models of a cell look at; an input error where an encoder is missing. */
  async open({ policy, architecture, seed }: Pick<CellPlan, 'policy' | 'architecture' | 'seed'>): Promise<Looks> {
    const looks = await this.opener.open(policy.features, architecture, seed);
    if (!looks)
      throw inputError(
        `Dataset ${this.dataset.name} has no pre-trained encoder for ${policy.features}; ${howToMake(policy.features)} first, or leave it out (--features).`,
      );
    return looks;
  }

  /** The same, checked against the digest in the plan. */
  async openPlanned(plan: CellPlan): Promise<Looks> {
    const looks = await this.open(plan);
    if (encoderDigest(looks.features) !== plan.encoder)
      throw inputError(`The encoder of ${this.dataset.name} changed while the benchmark ran; run the benchmark again.`);
    return looks;
  }
}
