import { herdPool } from '../../src/engine/geometry/poolHerding';
import { Regions, REGIONS } from '../../src/engine/geometry/regions';
import { Random } from '../../src/engine/numeric/random';
import { makeSelectionData, sizeWith } from '../../src/engine/perf/selectionData';
async function main() {
  const n = Number(process.argv[2]);
  const { features, labelledFeatures } = await makeSelectionData(sizeWith(n));
  let last = ''; let at = process.cpuUsage();
  const say = (stage: string) => { if (stage === last) return; const u = process.cpuUsage(at); if (last) console.log(last, ((u.user + u.system) / 1e6).toFixed(1)); last = stage; at = process.cpuUsage(); };
  const job = { report: (p: { stage: string }) => say(p.stage), signal: new AbortController().signal } as never;
  await herdPool({ pool: features!, labelled: labelledFeatures, sigma: 1, k: 1000, random: Random.stream(0, 'select') }, job);
  say('end');
}
void main();
