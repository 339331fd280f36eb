import { isFeatureName, kindOf } from '../features';
import { resultClasses } from '../resultClasses';
import type { EncoderStamp } from '../schema/common';
import type { ResultsFile } from '../schema/results';
import { wilsonInterval } from '../wilson';
import type { CurvePoint, CurveSeries } from './curve';
import { type ChartMetric, classOf, metricValue } from './metrics';

/** The name of the user's own curve. */
const runName = 'this run';

/**
 * The user's own run: the metric after each training against the labels it had. Of several trainings on equally many
 * labels the one of the latest round counts. Figures from cross-validation on the labelled images are marked.
 */
export function runSeries(results: readonly ResultsFile[], metric: ChartMetric): CurveSeries {
  const points = new Map<number, CurvePoint>();
  const drawn: ResultsFile[] = [];
  for (const result of [...results].sort((a, b) => a.round - b.round)) {
    const value = result.metrics && metricValue(result.metrics, metric, resultClasses(result));
    if (value === null) continue;
    const estimate = result.estimate ? { estimate: true, ...intervalOf(result, metric, value) } : {};
    points.set(result.labelled, { labelled: result.labelled, mean: value, n: 1, ...estimate });
    drawn.push(result);
  }
  const encoders = new Set(drawn.map(({ encoder }) => ofOthers(encoder)));
  const [encoder] = encoders;
  // A run that began without pre-training and went on with it is neither; nor is one through an encoder of others.
  const kinds = new Set(drawn.map((result) => result.encoder.pretrained));
  const [pretrained] = kinds;
  const isNamed = encoders.size === 1 && encoder != null;
  return {
    name: isNamed ? `${runName} (${encoder})` : runName,
    role: 'run',
    ...(kinds.size === 1 && encoders.size === 1 && !isNamed ? { pretrained } : {}),
    points: [...points.values()].sort((a, b) => a.labelled - b.labelled),
  };
}

/** Of a share of images; other metrics have none. */
function intervalOf(result: ResultsFile, metric: ChartMetric, value: number): Pick<CurvePoint, 'interval'> {
  const { metrics } = result;
  const name = classOf(metric);
  const ofClass = name === null ? [] : (metrics?.confusion[resultClasses(result).indexOf(name)] ?? []);
  const images = metric === 'accuracy' ? (metrics?.count ?? 0) : ofClass.reduce((sum, n) => sum + n, 0);
  const interval = wilsonInterval(value, images);
  return interval ? { interval } : {};
}

/** What charts call an encoder that others trained; null for others. */
function ofOthers({ pretrained, descriptor }: EncoderStamp): string | null {
  if (pretrained || descriptor === undefined || descriptor === 'hog' || !isFeatureName(descriptor)) return null;
  return kindOf(descriptor).short;
}

/** The class names of the newest results; empty when there are none. */
export function classesOf(results: readonly ResultsFile[]): readonly string[] {
  const last = results.at(-1);
  return last ? resultClasses(last) : [];
}
