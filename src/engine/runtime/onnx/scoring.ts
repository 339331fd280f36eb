import type { Job } from '../../job';
import { activationShapes } from '../../network/definitions';
import { INPUT, type Network, outputOf, type Parameters } from '../../network/network';
import { elements } from '../../numeric/shape';
import { guarded } from '../guarded';
import type { InputGradients, Scorer } from '../runtime';
import { float, reportShaders } from './execution';
import type { InferenceSession } from './library';
import { inputGradientGraph, names, scoringGraph } from './lower';
import type { Provider } from './provider';

/** A session on constant weights; its first run is announced where it compiles shaders. */
class Evaluation {
  private announce: (() => void) | null;

  constructor(
    private readonly session: InferenceSession,
    provider: Provider,
    job?: Job,
  ) {
    this.announce = provider.compilesShaders ? () => reportShaders(job) : null;
  }

  async run(feeds: InferenceSession.FeedsType): Promise<ReadonlyMap<string, Float32Array>> {
    this.announce?.();
    this.announce = null;
    const results = await guarded(() => this.session.run(feeds));
    return new Map(Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]));
  }

  dispose(): Promise<void> {
    return this.session.release();
  }
}

export async function compileScorer(
  provider: Provider,
  network: Network,
  parameters: Parameters,
  outputs: readonly string[],
  job?: Job,
): Promise<Scorer> {
  const session = await guarded(() => provider.open(scoringGraph(network, parameters, outputs)));
  const evaluation = new Evaluation(session, provider, job);
  return {
    run: (images, n) => evaluation.run({ [names.images]: float(images, [n, ...network.input]) }),
    dispose: () => evaluation.dispose(),
  };
}

export async function compileInputGradients(
  provider: Provider,
  network: Network,
  parameters: Parameters,
  directions: number,
  job?: Job,
): Promise<InputGradients> {
  const session = await guarded(() => provider.open(inputGradientGraph(network, parameters, directions)));
  const evaluation = new Evaluation(session, provider, job);
  const outputs = elements(activationShapes(network).get(outputOf(network))!);
  return {
    directions,
    async run(images, n, v) {
      const results = await evaluation.run({
        [names.images]: float(images, [n, ...network.input]),
        [names.directions]: float(v, [n * directions, outputs]),
      });
      return results.get(names.gradient(INPUT))!;
    },
    dispose: () => evaluation.dispose(),
  };
}
