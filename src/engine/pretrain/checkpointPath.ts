import { join } from 'node:path';

/** Where a dataset's unfinished pre-training is saved; `cache` is the dataset's. */
export const checkpointPath = (cache: string): string => join(cache, 'pretrain.safetensors');
