import * as z from 'zod';
import { protocolNames } from '../../shared/benchmarkProtocols';
import { builtInNames, pools } from '../../shared/encoders';
import { pretrainedNames } from '../../shared/features';
import type { EngineJobs, EngineRequests } from '../../shared/protocol/engine';
import { classChange } from '../../shared/schema/classChange';
import { fitNames } from '../../shared/schema/dataset';
import { featureName } from '../../shared/schema/features';
import { labelEntry } from '../../shared/schema/labels';
import { usageError } from '../errors';

/** What every request must bring; a message that does not fit is answered with an error that says what is wrong. */

type Methods = { [method: string]: { params: unknown } };
type ParameterTable<T> = { readonly [M in keyof T]: z.ZodType<T[M] extends Methods[string] ? T[M]['params'] : never> };

const text = z.string().min(1);
/** What a person has said of the parts of a folder. */
const parts = {
  train: z.array(text).exactOptional(),
  test: z.array(text).exactOptional(),
  splits: z.literal(false).exactOptional(),
};
const folder = { workspace: text, folder: text, layout: text.exactOptional(), ...parts };
const fit = { fit: z.enum(fitNames).exactOptional() };
const address = { workspace: text, dataset: text };
const whole = z.int().min(0);
const positive = z.int().min(1);
const perChannel = (number: z.ZodNumber) => z.array(number).refine(({ length }) => length === 1 || length === 3);

export const requestParameters: ParameterTable<EngineRequests> = {
  handshake: z.object({ protocol: z.number(), version: z.string() }),
  'labels/add': z.object({
    ...address,
    annotator: text,
    additions: z.array(z.object({ image: text, entry: labelEntry })),
    overwrite: z.boolean(),
    exact: z.boolean().exactOptional(),
    again: z.boolean().exactOptional(),
  }),
  'labels/remove': z.object({
    ...address,
    annotator: text,
    images: z.array(text),
    again: z.boolean().exactOptional(),
  }),
  'labels/settle': z.object({
    ...address,
    annotator: text,
    rule: z.discriminatedUnion('how', [
      z.object({ how: z.literal('majority') }),
      z.object({ how: z.literal('answer'), of: text }),
      z.object({ how: z.literal('decision'), label: text }),
    ]),
    images: z.array(text).exactOptional(),
  }),
  'images/files': z.object({ ...address, images: z.array(text) }),
  'images/list': z.object(address),
  'images/thumbnails': z.object({ ...address, images: z.array(text) }),
  'classes/list': z.object(address),
  'classes/change': z.object({ ...address, change: classChange }),
  'classes/undo': z.object(address),
  configure: z.object({ device: text, packages: z.string(), priority: z.enum(['low', 'normal']) }),
  devices: z.object({}).transform((): Record<string, never> => ({})),
};

const benchmarkRequest = z.object({
  ...address,
  name: text,
  strategies: z.array(text),
  pretrained: z.enum(pretrainedNames).exactOptional(),
  features: z.array(featureName).min(1).exactOptional(),
  protocol: z.enum(protocolNames).exactOptional(),
  initial: positive.exactOptional(),
  budget: positive.exactOptional(),
  cycles: positive.exactOptional(),
  seeds: positive.exactOptional(),
  oracle: z.literal('people').exactOptional(),
});

export const jobParameters: ParameterTable<EngineJobs> = {
  look: z.object(folder),
  lookAtForm: z.object({ ...folder, ...fit }),
  lookAtImages: z.object({ ...folder, ...fit }),
  import: z.object({
    ...folder,
    ...fit,
    name: text.exactOptional(),
    classes: z.array(text).exactOptional(),
    classFolders: z.boolean().exactOptional(),
    faces: z.boolean().exactOptional(),
  }),
  useEncoder: z.object({ ...address, use: text }),
  embed: z.object(address),
  sample: z.object({ workspace: text, folder: text, faces: positive }),
  pretrain: z.object({
    ...address,
    preset: text,
    minutes: z.number().positive().exactOptional(),
    epochs: positive.exactOptional(),
    seed: whole,
    restart: z.boolean(),
    ahead: z.literal(true).exactOptional(),
  }),
  continueEncoder: z.object({ ...address, base: z.enum(builtInNames), seed: whole }),
  train: z.object({ ...address, learner: text, seed: whole }),
  query: z.object({
    ...address,
    strategy: text,
    budget: positive,
    seed: whole,
    again: z.boolean().exactOptional(),
    everybody: z.number().min(0).max(100).exactOptional(),
    repeats: z.number().min(0).max(100).exactOptional(),
  }),
  testSet: z.object({ ...address, images: positive, seed: whole }),
  suggest: z.object({ ...address, round: positive }),
  benchmark: benchmarkRequest,
  benchmarkTime: benchmarkRequest,
  benchmarkScripts: benchmarkRequest.extend({ time: text, sbatch: text.exactOptional() }),
  encoderAdd: z.object({
    ...address,
    path: text,
    name: text.exactOptional(),
    size: positive.exactOptional(),
    mean: perChannel(z.number()).exactOptional(),
    std: perChannel(z.number().positive()).exactOptional(),
    output: text.exactOptional(),
    pool: z.enum(pools).exactOptional(),
    trainedOn: text.exactOptional(),
  }),
  encoderList: z.object(address),
  encoderRemove: z.object({ ...address, name: text }),
  predict: z.object({
    ...address,
    format: z.enum(['csv', 'json', 'coco', 'folders']),
    out: text,
    links: z.boolean().exactOptional(),
  }),
  predictions: z.object(address),
  similar: z.object({ ...address, image: text }),
  nearDuplicates: z.object(address),
  seen: z.object({ ...address, image: text }),
  suspicions: z.object(address),
  suspicious: z.object({ ...address, most: positive }),
  roundImages: z.object({ ...address, round: whole, label: text.exactOptional(), predicted: text.exactOptional() }),
  export: z.object({ ...address, what: z.enum(['labels', 'model', 'features']), format: text, out: text }),
};

/** The parameters of a request, checked. */
export function checked<P>(method: string, schema: z.ZodType<P>, params: unknown): P {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue.path.length > 0 ? ` at "${issue.path.map(String).join('.')}"` : '';
  throw usageError(
    `The request ${method} is wrong${place}: ${issue.message.replace(/\.$/, '')}; whoever sent it has to correct it.`,
  );
}
