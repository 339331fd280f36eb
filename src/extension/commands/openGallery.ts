import type { Services } from '../services';
import { pickDataset } from './pickDataset';

/** Shows all images of a dataset. */
export async function openGallery(services: Services, target?: unknown): Promise<void> {
  const state = await pickDataset(services, target);
  if (state) await services.gallery.open(state.ref);
}
