import type { Page } from './actions';

/** Asks for the columns that the states speak of, whenever there are others. */
export function createFollowing({ model, host, complain, update }: Page, cleared: () => void) {
  let asked: string | null = null;
  const versions = { predictions: 0, suspicions: 0 };

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
      Object.assign(versions, { predictions: 0, suspicions: 0 });
      update();
      await columns();
    } catch {
      // the state says why, and what is asked for next comes with another one
    }
  };

  const columns = async () => {
    const { predictions, suspicions } = model.state;
    if (model.digest === null) return;
    if (predictions.status === 'none' && versions.predictions !== 0) {
      versions.predictions = 0;
      model.takePredictions(null);
      update();
    }
    if (predictions.status === 'ready' && predictions.version !== versions.predictions) {
      versions.predictions = predictions.version;
      model.takePredictions(await host.request('predictions', {}));
      update();
    }
    if (suspicions.status === 'ready' && suspicions.version !== versions.suspicions) {
      versions.suspicions = suspicions.version;
      model.takeSuspicions(await host.request('suspicions', {}));
      update();
    }
  };

  return {
    /** After each state. */
    follow() {
      void images();
      columns().catch(failed);
    },
  };
}
