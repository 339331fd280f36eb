/**
 * What the extension needs only after its activation: reading and checking files, and the panels. A bundle of its own
 * (`dist/afterActivation.js`, see esbuild.mjs), because VS Code waits for the activation, and most of that time goes
 * into compiling what is not used yet. Nothing but `import()` may reach this file.
 */
export { ChartPanels } from './charts/chartPanels';
export { readAnswers } from './datasets/answers';
export { JsonFiles } from './datasets/jsonFile';
export { listDatasets, readDataset } from './datasets/readDatasets';
export { roundOf } from './datasets/roundOf';
export { LabellingPanels } from './labelling/labellingPanels';
