import { type Matrix, matrix } from './matrix';

/**
 * [grid × size]: row i averages the i-th part of an axis. Parts are those of adaptive average pooling (He et al. 2014,
 * "Spatial Pyramid Pooling", bins from ⌊i·s/g⌋ to ⌈(i+1)·s/g⌉), which may share a row or column.
 */
export function gridAverages(size: number, grid: number): Matrix<Float32Array> {
  const out = new Float32Array(grid * size);
  for (let i = 0; i < grid; i++) {
    const from = Math.floor((i * size) / grid);
    const to = Math.ceil(((i + 1) * size) / grid);
    out.fill(1 / (to - from), i * size + from, i * size + to);
  }
  return matrix(grid, size, out);
}

/** [height·width × grid²]: what each pixel of a map, row by row, gives to each place of a grid, row by row. */
export function placeAverages([height, width]: readonly [number, number], grid: number): Matrix<Float32Array> {
  const [rows, columns] = [gridAverages(height, grid).data, gridAverages(width, grid).data];
  const places = grid * grid;
  const out = new Float32Array(height * width * places);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let place = 0; place < places; place++) {
        const [i, j] = [Math.floor(place / grid), place % grid];
        out[(y * width + x) * places + place] = rows[i * height + y] * columns[j * width + x];
      }
  return matrix(height * width, places, out);
}
