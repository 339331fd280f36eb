import type { ZodType } from 'zod';
import * as z from 'zod';
import { continuedFile } from './continued';
import { datasetFile } from './dataset';
import { embeddingsFile } from './embeddings';
import { encoderFile } from './encoder';
import { externalEncoderFile } from './externalEncoder';
import { featuresFile } from './features';
import { labelFile } from './labels';
import { benchmarkReportSchema } from './report';
import { resultsFile } from './results';
import { roundFile } from './round';
import { settlementFile } from './settlements';

/** The files of the workspace, as editors that know JSON Schema are told of them. */
const files: Readonly<
  Record<string, { readonly schema: ZodType; readonly title: string; readonly description: string }>
> = {
  dataset: {
    schema: datasetFile,
    title: 'Warmstart dataset',
    description:
      'Everything about a dataset except the list of its images. Made by the import; class indices refer to it.',
  },
  features: {
    schema: featuresFile,
    title: 'Warmstart choice of encoder',
    description: 'What rounds look at the images through: one kind of features, or several joined by +.',
  },
  round: {
    schema: roundFile,
    title: 'Warmstart round',
    description: 'Which images were asked for, how they were chosen, and why each.',
  },
  labels: {
    schema: labelFile,
    title: "Warmstart labels: one person's answers, as earlier versions wrote them",
    description:
      'Image (its path relative to the dataset) to answer; sorted, one a line. The next answer takes them over.',
  },
  settlements: {
    schema: settlementFile,
    title: 'Warmstart settlements: how one person settled disputes',
    description: "Image to the class that people's differing answers were settled to, and how; one a line.",
  },
  results: {
    schema: resultsFile,
    title: 'Warmstart results',
    description: 'Metrics after training on everything labelled up to a round; shares lie between 0 and 1.',
  },
  report: {
    schema: benchmarkReportSchema,
    title: 'Warmstart benchmark',
    description: 'Every cell of a benchmark (strategy, pre-training, seed), and what follows from them.',
  },
  encoder: {
    schema: encoderFile,
    title: 'Warmstart encoder',
    description: 'How the weights beside this file were made.',
  },
  continued: {
    schema: continuedFile,
    title: 'Warmstart continued encoder',
    description: "How a built-in encoder's last blocks went on learning from the dataset's images, without labels.",
  },
  externalEncoder: {
    schema: externalEncoderFile,
    title: 'Warmstart encoder from outside',
    description: 'An ONNX file of your own: where it lies, what it is fed, and what of it is looked at.',
  },
  embeddings: {
    schema: embeddingsFile,
    title: 'Warmstart embeddings',
    description: 'Rows that something else made of the images: to which image each belongs, and where they come from.',
  },
};

/** JSON Schemas by the name of the kind of file, in the draft that VS Code knows best. */
export function jsonSchemas(): Record<string, object> {
  return Object.fromEntries(
    Object.entries(files).map(([name, { schema, title, description }]) => [
      name,
      { title, description, ...z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) },
    ]),
  );
}
