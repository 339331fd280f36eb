import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPreprocessorConfig } from '../../../src/engine/encoders/external/preprocessorConfig';
import { type Output, rowsOf } from '../../../src/engine/encoders/external/rows';
import { floatToHalf, halfToFloat } from '../../../src/engine/numeric/half';
import { Random } from '../../../src/engine/numeric/random';
import { readOutline } from '../../../src/engine/runtime/onnx/outline';
import { WireError } from '../../../src/engine/runtime/onnx/wire';
import {
  endlessLoop,
  imageNet,
  preprocessorConfig,
  vitLike,
  withDomain,
  writeWithData,
} from '../../support/encoderModels';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('half precision', () => {
  it('goes there and back for every number that there is', () => {
    for (let bits = 0; bits < 1 << 16; bits++) {
      const value = halfToFloat(bits);
      if (Number.isNaN(value)) expect(halfToFloat(floatToHalf(value))).toBeNaN();
      else if (floatToHalf(value) !== bits) expect(`${bits} → ${floatToHalf(value)}`).toBe(`${bits} → ${bits}`);
    }
    expect(halfToFloat(0x3555)).toBe(0.333251953125);
  });

  it('takes the nearest, of two the even one', () => {
    const random = Random.stream(1, 'half');
    const all = Array.from({ length: 0x7c00 }, (_, bits) => halfToFloat(bits));
    for (let i = 0; i < 2_000; i++) {
      const bits = random.integer(0x7bff);
      const [low, high] = [all[bits], all[bits + 1]];
      const share = i % 3 === 0 ? 0.5 : random.uniform();
      const nearest = share === 0.5 ? bits + (bits % 2) : share < 0.5 ? bits : bits + 1;
      expect(floatToHalf(low + share * (high - low))).toBe(nearest);
    }
    expect([65519, 65520, 1e9, -1e9].map(floatToHalf)).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00]);
  });
});

describe('rows of an output', () => {
  const counted = (...dims: number[]): Output => ({
    dims,
    data: Float32Array.from({ length: dims.reduce((a, b) => a * b) }, (_, i) => i),
  });
  const rows = (output: Output, pool: Parameters<typeof rowsOf>[1]['pool'], layout: 'nchw' | 'nhwc' = 'nchw') => {
    const { columns, data } = rowsOf(output, { pool, layout });
    return Array.from({ length: output.dims[0] }, (_, i) => [...data.slice(i * columns, (i + 1) * columns)]);
  };

  it('as they are', () =>
    expect(rows(counted(2, 3), 'none')).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]));

  it('of tokens: the first, the mean of all, the first beside the mean of the patches', () => {
    // a token, and four patches: 10 numbers an image
    expect(rows(counted(2, 5, 2), 'cls')).toEqual([
      [0, 1],
      [10, 11],
    ]);
    expect(rows(counted(1, 5, 2), 'mean')).toEqual([[4, 5]]);
    expect(rows(counted(1, 5, 2), 'clsMean')).toEqual([[0, 1, 5, 6]]);
    // three registers in between, as DINOv3 has four: the patches fill a square
    expect(rows(counted(1, 8, 1), 'clsMean')).toEqual([[0, 5.5]]);
  });

  it('of a map: its mean, or a grid of 3 × 3 whose places may share a row', () => {
    const map = counted(1, 2, 4, 4);
    expect(rows(map, 'mean')).toEqual([[7.5, 23.5]]);
    // rows 0–1, 1–2, 2–3
    const first = [2.5, 3.5, 4.5, 6.5, 7.5, 8.5, 10.5, 11.5, 12.5];
    expect(rows(map, 'grid3')).toEqual([[...first, ...first.map((v) => v + 16)]]);
    const last = { dims: [1, 4, 4, 2], data: Float32Array.from(map.data, (_, i) => (i % 2) * 16 + (i >> 1)) };
    expect(rows(last, 'grid3', 'nhwc')).toEqual(rows(map, 'grid3'));
    expect(rows(last, 'mean', 'nhwc')).toEqual([[7.5, 23.5]]);
  });

  it('refuses a pool that does not fit', () => {
    expect(() => rows(counted(1, 4), 'cls')).toThrow(
      'The pool "cls" does not fit an output of shape [1 × 4]; possible: none.',
    );
    expect(() => rows(counted(1, 2, 2, 2), 'none')).toThrow(/possible: mean, grid3/);
  });
});

describe('the outline of an ONNX file', () => {
  const outline = async (bytes: Uint8Array) => {
    const path = join(await temporaryFolder(), 'm.onnx');
    await writeFile(path, bytes);
    return readOutline(path, bytes.length);
  };

  it('names inputs, outputs and operators, those of inner graphs too', async () => {
    const { inputs, outputs, operators } = await outline(vitLike({ half: true, input: [1, 32, 'w'] }));
    expect(inputs).toEqual([{ name: 'pixel_values', type: 10, shape: [1, 3, 32, 'w'] }]);
    expect(outputs).toEqual([{ name: 'last_hidden_state', type: 10, shape: [1, 'tokens', 12] }]);
    expect(operators.map(({ name }) => name)).toContain('Conv');
    const loop = await outline(endlessLoop(8));
    expect(loop.operators.map(({ name }) => name)).toEqual(expect.arrayContaining(['Loop', 'Identity', 'Mul']));
    expect((await outline(withDomain(endlessLoop(8), 'Loop', 'x'))).operators).toContainEqual({
      domain: 'x',
      name: 'Loop',
    });
  });

  it('names the files with its weights', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'm.onnx');
    await writeWithData(path, join(folder, 'w'), 'w');
    expect(readOutline(path, (await import('node:fs')).statSync(path).size).dataFiles).toEqual(['w']);
  });

  it('of a damaged file is a WireError or an outline, and nothing else, wherever the damage is', async () => {
    const path = join(await temporaryFolder(), 'm.onnx');
    const bytes = vitLike({ embeds: true });
    const random = Random.stream(3, 'damage');
    let refused = 0;
    for (let i = 0; i < 400; i++) {
      const damaged = bytes.slice();
      for (let j = 0; j <= i % 5; j++) damaged[random.integer(damaged.length)] = random.integer(256);
      await writeFile(path, damaged);
      const size = i % 4 === 0 ? random.integer(bytes.length - 1) : bytes.length;
      if (size < bytes.length) await truncate(path, size);
      try {
        readOutline(path, size);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});

describe('preprocessor_config.json', () => {
  const read = async (config: string) => {
    const path = join(await temporaryFolder(), 'preprocessor_config.json');
    await writeFile(path, config);
    return readPreprocessorConfig(path);
  };
  const square = (side: number) => ({ height: side, width: side });

  it('as DINOv2 has it', async () => {
    expect(await read(preprocessorConfig())).toEqual({
      convertRgb: true,
      resize: { shortestEdge: 36 },
      resample: 'bicubic',
      centreCrop: square(32),
      rescale: 1 / 255,
      normalise: imageNet,
      pad: null,
      flipChannels: false,
    });
  });

  it.each([
    ['nothing said', '{}', { resize: null, centreCrop: null, rescale: 1 / 255, normalise: null, resample: 'bilinear' }],
    [
      'everything off',
      preprocessorConfig({ do_resize: false, do_center_crop: false, do_rescale: false, do_normalize: false }),
      { resize: null, centreCrop: null, rescale: null, normalise: null },
    ],
    ['a number is a square without a crop (ViT)', '{"size": 224}', { resize: square(224) }],
    [
      'a number is the shorter side with one (CLIP)',
      '{"size": 224, "do_center_crop": true, "crop_size": 224}',
      { resize: { shortestEdge: 224 }, centreCrop: square(224) },
    ],
    [
      'height and width',
      '{"size": {"height": 20, "width": 30}, "resample": 1}',
      { resize: { height: 20, width: 30 }, resample: 'lanczos' },
    ],
    ['another factor', '{"rescale_factor": 0.5}', { rescale: 0.5 }],
    [
      'one mean for all',
      '{"do_normalize": true, "image_mean": 0.5, "image_std": [0.5]}',
      { normalise: { mean: [0.5], std: [0.5] } },
    ],
    [
      'zeros up to a size',
      '{"do_pad": true, "pad_size": {"height": 40, "width": 50}}',
      { pad: { height: 40, width: 50 } },
    ],
    [
      'zeros up to the size',
      '{"do_pad": true, "do_resize": false, "size": {"height": 4, "width": 5}}',
      { pad: { height: 4, width: 5 }, resize: null },
    ],
    ['B, G, R', '{"do_flip_channel_order": true, "do_convert_rgb": false}', { flipChannels: true, convertRgb: false }],
    [
      'what is kept (ConvNeXt)',
      '{"size": {"shortest_edge": 224}, "crop_pct": 0.875}',
      { resize: { shortestEdge: 256 }, centreCrop: square(224) },
    ],
    [
      'all of a large one',
      '{"size": {"shortest_edge": 384}, "crop_pct": 0.875}',
      { resize: square(384), centreCrop: null },
    ],
    ['null is nothing', '{"crop_size": null, "do_pad": null, "do_thumbnail": null}', { centreCrop: null, pad: null }],
  ])('%s', async (_, config, expected) => {
    expect(await read(config)).toMatchObject(expected);
  });
});
