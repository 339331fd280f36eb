import type { GalleryMethods } from '../../src/shared/protocol/gallery';
import type { Page } from './actions';

/** Asks for the columns that the states speak of, whenever there are others. */
export function createFollowing({ model, host, complain, update }: Page, cleared: () => void) {
  let asked: string | null = null;
  const versions = { predictions: 0, suspicions: 0, likeness: 0, duplicates: 0 };

  const failed = (error: Error) => {
    complain(error.message);
    update();
  };

  const images = async () => {
    const { digest } = model.state;
    if (asked !== null && (digest === null || digest === asked)) return;
    asked = digest ?? '';
    try {
      const result = await host.request('images', {});
      asked = result.digest;
      cleared();
      model.takeImages(result);
      Object.assign(versions, { predictions: 0, suspicions: 0, likeness: 0, duplicates: 0 });
      update();
      await columns();
    } catch {
      // the state says why, and what is asked for next comes with another one
    }
  };

  const columns = async () => {
    if (model.digest === null) return;
    if (model.state.predictions.status === 'none' && versions.predictions !== 0) {
      versions.predictions = 0;
      model.takePredictions(null);
      update();
    }
    await take('predictions', (result) => model.takePredictions(result));
    await take('suspicions', (result) => model.takeSuspicions(result));
    await take('likeness', (result) => model.takeLikeness(result));
    await take('duplicates', (result) => model.takeDuplicates(result));
  };

  const take = async <K extends keyof typeof versions>(
    what: K,
    into: (result: GalleryMethods[K]['result']) => void,
  ) => {
    const { status, version } = model.state[what];
    if (status !== 'ready' || version === versions[what]) return;
    versions[what] = version;
    into(await host.request(what, {}));
    update();
  };

  return {
    /** After each state. */
    follow() {
      void images();
      columns().catch(failed);
    },
  };
}
