/** Outlines on a 16 × 16 field; drawn by `icon`. Each shape is told from the others without its colour. */
const shapes = {
  ring: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11zm0 1.5a4 4 0 1 1 0 8a4 4 0 0 1 0-8z',
  check: 'M6.4 12.6L2.2 8.4l1.3-1.3l2.9 2.9l6.1-6.3l1.3 1.3z',
  dash: 'M2.5 7h11v2h-11z',
  plus: 'M7 2.500h2V7h4.500v2H9v4.500H7V9H2.500V7H7z',
  dots: 'M1.5 6.5h3v3h-3zm5 0h3v3h-3zm5 0h3v3h-3z',
  warning: 'M8 1.2L15.3 14.5H.7zM7.2 6v4.2h1.6V6zm0 5.3v1.6h1.6v-1.6z',
  person: 'M8 1.8a3 3 0 1 1 0 6a3 3 0 0 1 0-6zM2.5 14.2c0-3.4 2.2-5.4 5.5-5.4s5.5 2 5.5 5.4z',
  unequal:
    'M2.5 5h6.2l1.3-3.4l1.4.5L10.300 5h3.200v1.700h-3.900l-1 2.600h4.900V11H8l-1.300 3.400l-1.400-.5L6.400 11H2.500V9.300h4.500l1-2.600H2.500z',
  flag: 'M3 1.500h1.500v.8h9l-2.600 3.500l2.600 3.500h-9v5.200H3z',
  left: 'M10.800 2.600L5.400 8l5.400 5.400l-1.200 1.200L3 8l6.600-6.600z',
  right: 'M5.200 2.600L10.600 8l-5.400 5.400l1.200 1.200L13 8L6.400 1.400z',
  add: 'M7.250 2.500h1.500v4.750h4.750v1.500H8.750v4.750h-1.500V8.750H2.500v-1.500h4.750V2.500z',
  undo: 'M6.200 2.200L2 6.400l4.200 4.200V7.900h3.300a2.550 2.550 0 0 1 0 5.100H5v1.700h4.500a4.250 4.250 0 0 0 0-8.500H6.200z',
  grid: 'M2 2h5.200v5.200H2zm6.800 0H14v5.200H8.800zM2 8.800h5.200V14H2zm6.800 0H14V14H8.800z',
  single: 'M2 2.500h12v11H2zm1.500 1.500v8h9V4z',
  pixels: 'M2 2h4v4H2zm4 4h4v4H6zm4-4h4v4h-4zM2 10h4v4H2zm8 0h4v4h-4z',
  help: 'M8 1.200a6.800 6.800 0 1 1 0 13.600a6.800 6.800 0 0 1 0-13.600zm0 1.400a5.400 5.400 0 1 0 0 10.800a5.400 5.400 0 0 0 0-10.800zM7.250 10.800h1.500v1.500h-1.500zM5.500 6.400a2.500 2.500 0 1 1 3.900 2c-.5.350-.65.600-.65 1.200v.200h-1.500v-.3c0-1.050.4-1.600 1.200-2.150a1.100 1.100 0 1 0-1.550-.95z',
  spark: 'M8 1l1.700 5.300L15 8l-5.300 1.700L8 15l-1.700-5.300L1 8l5.300-1.700z',
  picture:
    'M1.500 2.500h13v11h-13zM3 4v6l3-3l2.800 2.800l1.700-1.700l2.500 2.500V4zm7.500 1a1.200 1.200 0 1 1 0 2.400a1.200 1.200 0 0 1 0-2.400z',
} as const;
export type IconName = keyof typeof shapes;

const SVG = 'http://www.w3.org/2000/svg';

/** A shape in the colour of the text around it, silent for screen readers. */
export function icon(name: IconName, className = ''): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', `icon icon-${name} ${className}`.trim());
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', shapes[name]);
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  return svg;
}
