import { version } from '../../../package.json';
import { type EngineRequests, PROTOCOL_VERSION } from '../../shared/protocol/engine';
import { changeClassesOf, listClasses, undoClassesOf } from '../commands/classes';
import { lookAtFolder } from '../commands/lookAtFolder';
import { openHead } from '../data/dataset/open';
import { KnownFailure } from '../describeFailure';
import { silentJob } from '../job';
import { addLabels, labelPath, removeLabels } from '../rounds/labelFiles';
import { settle } from '../rounds/settle';
import { DEVICE_VARIABLE, PACKAGES_VARIABLE } from '../runtime/device/device';
import { drawnFiles, sourceFiles } from './imageFiles';
import type { InternalJobs } from './jobTypes';
import { OpenDatasets } from './openDatasets';
import { type MakeThumbnails, thumbnailFiles } from './thumbnailFiles';
import { Turns } from './turns';

export type RequestTable = {
  readonly [M in keyof EngineRequests]: (params: EngineRequests[M]['params']) => Promise<EngineRequests[M]['result']>;
};

/** Runs a job of the server's own at once, whatever else is running. */
type RunAside = <M extends keyof InternalJobs>(
  method: M,
  params: InternalJobs[M]['params'],
) => Promise<InternalJobs[M]['result']>;

/** Every request that is answered in the server's own process. */
export function requestTable(runAside: RunAside, makeThumbnails: MakeThumbnails): RequestTable {
  const datasets = new OpenDatasets((address) => runAside('prepare', address));
  const saving = new Turns();
  return {
    async handshake({ protocol }) {
      if (protocol !== PROTOCOL_VERSION)
        throw new KnownFailure(
          'protocol',
          `The engine (${version}) speaks protocol ${PROTOCOL_VERSION} and the extension ${protocol}; reload the window so that both come from one version.`,
        );
      return { protocol: PROTOCOL_VERSION, version, pid: process.pid };
    },
    async 'labels/add'({ workspace, dataset, annotator, additions, overwrite, exact = false }) {
      const { list, memory } = await datasets.get({ workspace, dataset });
      const entries = new Map(additions.map(({ image, entry }) => [image, entry]));
      return saving.take(labelPath(list, annotator), () =>
        addLabels(list, annotator, entries, { overwrite, exact, memory }),
      );
    },
    async 'labels/remove'({ workspace, dataset, annotator, images }) {
      const { list, memory } = await datasets.get({ workspace, dataset });
      const remove = () => removeLabels(list, annotator, images, memory);
      return { removed: await saving.take(labelPath(list, annotator), remove) };
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
    'folder/look': (request) => lookAtFolder({ ...request, layout: 'auto' }, silentJob),
    'classes/list': (address) => listClasses(address),
    'classes/change': ({ change, ...address }) => changeClassesOf(address, change),
    'classes/undo': (address) => undoClassesOf(address),
    async configure({ device, packages }) {
      // jobs are processes of their own, which inherit it; a device that is not there is told by the job that wants it
      process.env[DEVICE_VARIABLE] = device;
      process.env[PACKAGES_VARIABLE] = packages;
      return null;
    },
    devices: () => runAside('devices', {}),
  };
}
