import { version } from '../../../package.json';
import { type EngineRequests, PROTOCOL_VERSION } from '../../shared/protocol/engine';
import { Turns } from '../../shared/turns';
import { changeClassesOf, listClasses, undoClassesOf } from '../commands/classes';
import { openHead } from '../data/dataset/open';
import { KnownFailure } from '../describeFailure';
import { PRIORITY_VARIABLE } from '../process/priority';
import { type DatasetToLabel, labelPath } from '../rounds/labelFile';
import { addLabels, removeLabels, tidyLabels } from '../rounds/labelFiles';
import { secondAnswersOf } from '../rounds/repeats';
import { settle } from '../rounds/settle';
import { DEVICE_VARIABLE, PACKAGES_VARIABLE } from '../runtime/device/device';
import { drawnFiles, sourceFiles } from './imageFiles';
import type { InternalJobs } from './jobTypes';
import { Lulls } from './lulls';
import { type OpenDataset, OpenDatasets } from './openDatasets';
import { type MakeThumbnails, thumbnailFiles } from './thumbnailFiles';

export type RequestTable = {
  readonly [M in keyof EngineRequests]: (params: EngineRequests[M]['params']) => Promise<EngineRequests[M]['result']>;
};

/** Runs a job of the server's own at once, whatever else is running. */
type RunAside = <M extends keyof InternalJobs>(
  method: M,
  params: InternalJobs[M]['params'],
) => Promise<InternalJobs[M]['result']>;

/** Whoever has answered nothing for so long may be about to commit the labels. */
const TIDY_AFTER_MS = 20_000;

/** Where answers of a dataset go, and what is known of their files. */
interface Answering {
  readonly list: DatasetToLabel;
  readonly memory: OpenDataset['memory'];
}

const answering = ({ list, memory }: OpenDataset, again: boolean): Answering => ({
  list: again ? secondAnswersOf(list) : list,
  memory,
});

/** Every request that is answered in the server's own process. */
export function requestTable(runAside: RunAside, makeThumbnails: MakeThumbnails): RequestTable {
  const datasets = new OpenDatasets((address) => runAside('prepare', address));
  const saving = new Turns();
  const lulls = new Lulls(TIDY_AFTER_MS);
  const save = <T>({ list, memory }: Answering, annotator: string, work: () => Promise<T>): Promise<T> => {
    const path = labelPath(list, annotator);
    lulls.await(path, () => saving.take(path, () => tidyLabels(list, annotator, memory)));
    return saving.take(path, work);
  };
  return {
    async handshake({ protocol }) {
      if (protocol !== PROTOCOL_VERSION)
        throw new KnownFailure(
          'protocol',
          `The engine (${version}) speaks protocol ${PROTOCOL_VERSION} and the extension ${protocol}; reload the window so that both come from one version.`,
        );
      return { protocol: PROTOCOL_VERSION, version, pid: process.pid };
    },
    async 'labels/add'({ workspace, dataset, annotator, additions, overwrite, exact = false, again = false }) {
      const opened = answering(await datasets.get({ workspace, dataset }), again);
      const { list, memory } = opened;
      const entries = new Map(additions.map(({ image, entry }) => [image, entry]));
      const { added, unchanged, kept } = await save(opened, annotator, () =>
        addLabels(list, annotator, entries, { overwrite, exact, memory }),
      );
      return { added, unchanged, kept };
    },
    async 'labels/remove'({ workspace, dataset, annotator, images, again = false }) {
      const opened = answering(await datasets.get({ workspace, dataset }), again);
      const { list, memory } = opened;
      return { removed: await save(opened, annotator, () => removeLabels(list, annotator, images, memory)) };
    },
    async 'labels/settle'({ workspace, dataset, annotator, rule, images }) {
      const { list } = await datasets.get({ workspace, dataset });
      const { settled, left } = await settle(list, { by: annotator, rule, ...(images ? { images } : {}) });
      return { settled: settled.length, left };
    },
    async 'images/files'({ workspace, dataset, images }) {
      const head = await openHead(workspace, dataset);
      const opening = datasets.get({ workspace, dataset });
      if (head.file.layout === 'fer2013') return { files: await drawnFiles((await opening).list, images) };
      opening.catch(() => {}); // only ahead of the first label, which will tell what is wrong
      return { files: await sourceFiles(head, images) };
    },
    async 'images/list'({ workspace, dataset }) {
      const { list } = await datasets.get({ workspace, dataset });
      const { records, test } = list.listed;
      return { digest: list.file.digest, images: [...records.keys()], test };
    },
    async 'images/thumbnails'({ workspace, dataset, images }) {
      const { list } = await datasets.get({ workspace, dataset });
      if (list.file.layout === 'fer2013') return { files: await drawnFiles(list, images) };
      return { files: await thumbnailFiles(list, images, makeThumbnails) };
    },
    'classes/list': (address) => listClasses(address),
    'classes/change': ({ change, ...address }) => changeClassesOf(address, change),
    'classes/undo': (address) => undoClassesOf(address),
    async configure({ device, packages, priority }) {
      // jobs are processes of their own, which inherit it; a device that is not there is told by the job that wants it
      process.env[DEVICE_VARIABLE] = device;
      process.env[PACKAGES_VARIABLE] = packages;
      process.env[PRIORITY_VARIABLE] = priority;
      return null;
    },
    devices: () => runAside('devices', {}),
  };
}
