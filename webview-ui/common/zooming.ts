import { moved, type Size, toggled, whole, type Zoom, zoomed } from './zoom';

/** One turn of a wheel, and one press of a key. */
export const ZOOM_STEP = 1.2;
/** From here on a pixel is seen as a square. */
const SQUARES = 4;

/**
 * Zoom and pan of the picture in a frame: the wheel zooms, dragging moves it, a double click does what Z does. The frame gets the
 * class `zoomed` while it does not show the whole picture. `styled`: how large the whole picture is, the style sheet says.
 */
export function createZooming(
  frame: HTMLElement,
  { changed = () => {}, styled = false }: { readonly changed?: () => void; readonly styled?: boolean } = {},
) {
  let picture: HTMLImageElement | null = null;
  let zoom: Zoom = { scale: 1, x: 0, y: 0 };
  /** Whether the picture follows the size of the window. */
  let isWhole = true;
  const size = (): Size => ({ width: picture?.naturalWidth || 1, height: picture?.naturalHeight || 1 });
  const room = (): Size => ({ width: Math.max(1, frame.clientWidth), height: Math.max(1, frame.clientHeight) });

  const draw = (next: Zoom) => {
    zoom = next;
    frame.classList.toggle('zoomed', picture !== null && !isWhole);
    if (!picture) return;
    if (isWhole && styled) {
      for (const property of ['width', 'height', 'transform']) picture.style.removeProperty(property);
      frame.classList.remove('movable');
      return;
    }
    const { width, height } = size();
    picture.style.width = `${width * zoom.scale}px`;
    picture.style.height = `${height * zoom.scale}px`;
    picture.style.transform = `translate(-50%, -50%) translate(${zoom.x}px, ${zoom.y}px)`;
    frame.classList.toggle('squares', zoom.scale >= SQUARES);
    frame.classList.toggle(
      'movable',
      width * zoom.scale > frame.clientWidth || height * zoom.scale > frame.clientHeight,
    );
    changed();
  };

  /** What is seen now, also where the style sheet has said how large. */
  const seen = ({ clientWidth, clientHeight }: HTMLImageElement): Zoom => {
    if (!isWhole || !styled) return zoom;
    const { width, height } = size();
    return { scale: Math.min(clientWidth / width, clientHeight / height), x: 0, y: 0 };
  };

  /** Nearer (more than 1) or farther; null: the whole picture or full size. */
  const by = (factor: number | null) => {
    if (!picture) return;
    const before = factor === null ? zoom : seen(picture);
    isWhole = factor === null && !isWhole;
    draw(
      factor === null ? toggled(before, size(), room()) : zoomed(before, factor, { picture: size(), window: room() }),
    );
  };

  frame.addEventListener(
    'wheel',
    (event) => {
      if (!picture) return;
      event.preventDefault();
      const { left, top, width, height } = frame.getBoundingClientRect();
      const at = { x: event.clientX - left - width / 2, y: event.clientY - top - height / 2 };
      const before = seen(picture);
      isWhole = false;
      const factor = ZOOM_STEP ** (-Math.sign(event.deltaY) * Math.min(1, Math.abs(event.deltaY) / 50));
      draw(zoomed(before, factor, { picture: size(), window: room(), at }));
    },
    { passive: false },
  );
  frame.addEventListener('dblclick', () => by(null));
  frame.addEventListener('pointerdown', (event) => event.button === 0 && frame.setPointerCapture(event.pointerId));
  frame.addEventListener('pointermove', (event) => {
    if (!frame.hasPointerCapture(event.pointerId)) return;
    draw(moved(zoom, { x: event.movementX, y: event.movementY }, size(), room()));
  });
  new ResizeObserver(() => {
    if (picture) draw(isWhole ? whole(size(), room()) : moved(zoom, { x: 0, y: 0 }, size(), room()));
  }).observe(frame);

  return {
    by,
    get scale(): number | null {
      return picture && zoom.scale;
    },
    /** Takes a picture that is there, shown whole; null: none. */
    take(next: HTMLImageElement | null) {
      picture = next;
      isWhole = true;
      draw(whole(size(), room()));
    },
  };
}
