export type Point = readonly [x: number, y: number];

/** A number as SVG text, to a hundredth of a unit. */
export function num(value: number): string {
  return String(Math.round(value * 100) / 100);
}

type Attributes = Readonly<Record<string, string | number>>;

/** One SVG element. */
export function element(name: string, attributes: Attributes, children = ''): string {
  const text = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? num(value) : value}"`)
    .join('');
  return children === '' ? `<${name}${text}/>` : `<${name}${text}>${children}</${name}>`;
}

const at = ([x, y]: Point): string => `${num(x)} ${num(y)}`;

/** A cubic from b to c with the tangents of a Catmull-Rom spline through a, b, c, d. */
function spline(a: Point, b: Point, c: Point, d: Point): string {
  const first: Point = [b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6];
  const second: Point = [c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6];
  return `C${at(first)} ${at(second)} ${at(c)}`;
}

function through(points: readonly Point[]): string {
  let path = '';
  for (let i = 0; i + 1 < points.length; i++)
    path += spline(points[Math.max(i - 1, 0)], points[i], points[i + 1], points[Math.min(i + 2, points.length - 1)]);
  return path;
}

/** Path data of an open smooth curve through the points. */
export function curve(points: readonly Point[]): string {
  return `M${at(points[0])}${through(points)}`;
}

/** Path data of a closed shape made of smooth curves, with a corner where one curve ends and the next begins. */
export function shape(...curves: readonly (readonly Point[])[]): string {
  return `M${at(curves[0][0])}${curves.map((points, i) => (i === 0 ? '' : `L${at(points[0])}`) + through(points)).join('')}Z`;
}

/** Path data of a closed smooth curve through the points. */
export function loop(points: readonly Point[]): string {
  const n = points.length;
  let path = `M${at(points[0])}`;
  for (let i = 0; i < n; i++)
    path += spline(points[(i + n - 1) % n], points[i], points[(i + 1) % n], points[(i + 2) % n]);
  return `${path}Z`;
}
