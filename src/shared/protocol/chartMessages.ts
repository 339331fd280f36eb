import * as z from 'zod/mini';
import type { BenchmarkReport } from '../schema/report';
import type { ResultsFile } from '../schema/results';
import type { ChartMethods, ChartsState, ChartTexts } from './charts';
import { address, done, knownRecord, nothing, problem, textOrNull, texts, textsOf } from './messages';
import type { PageMessages } from './page';

/** What is checked of the charts' messages. */
export const chartMessages: PageMessages<ChartMethods, ChartsState> = {
  methods: {
    runRound: { params: nothing, result: done },
    runBenchmark: { params: nothing, result: done },
    openFile: { params: z.strictObject({ file: z.string() }), result: done },
    copy: { params: z.strictObject({ text: z.string() }), result: done },
    openReport: { params: nothing, result: done },
    export: {
      params: z.strictObject({
        format: z.enum(['svg', 'png', 'csv', 'md', 'tex']),
        name: z.string(),
        content: z.union([z.string(), z.instanceof(Uint8Array)]),
      }),
      result: z.object({ file: textOrNull }),
    },
  },
  state: z.object({
    address,
    benchmark: textOrNull,
    exists: z.boolean(),
    problems: z.array(problem),
    dataset: z.string(),
    classes: z.nullable(texts),
    poolSize: z.nullable(z.number()),
    results: z.array(knownRecord<ResultsFile>()),
    benchmarks: z.array(z.object({ name: z.string(), report: knownRecord<BenchmarkReport>() })),
    texts: textsOf<ChartTexts>(),
  }),
};
