import { readAnswers } from './answers';
import { JsonFiles } from './jsonFile';
import { listDatasets, readDataset } from './readDatasets';
import { roundOf } from './roundOf';

/** What reads and checks the files of datasets; `json` remembers them. */
export const makeReaders = () => ({ listDatasets, readAnswers, readDataset, roundOf, json: new JsonFiles() });
export type Readers = ReturnType<typeof makeReaders>;
