import type { Outline } from 'metriclab';
import { rounded } from './settings';

/** A drawing of the plane: its size in the drawing's own units, and how many of them one unit of the plane takes. */
export class PlaneFrame {
  readonly width: number;
  readonly height: number;
  readonly scale: number;

  constructor(width: number, height: number, halfHeight: number) {
    [this.width, this.height, this.scale] = [width, height, height / 2 / halfHeight];
  }

  /**
   * A drawing with the shape of a box of the page, 640 wide; on a phone 400, so that marks and words stay large enough to be
   * touched and read. Null while the box has no area.
   */
  static fitting(width: number, height: number, halfHeight: number): PlaneFrame | null {
    const wide = width < 480 ? 400 : 640;
    return width > 0 && height > 0 ? new PlaneFrame(wide, (wide * height) / width, halfHeight) : null;
  }

  x(value: number): number {
    return this.width / 2 + value * this.scale;
  }

  y(value: number): number {
    return this.height / 2 - value * this.scale;
  }

  /** Left, bottom, right, top of what is seen, a little enlarged, so that outlines along the border stay outside. */
  get seen(): [number, number, number, number] {
    const [x, y] = [(1.02 * this.width) / 2 / this.scale, (1.02 * this.height) / 2 / this.scale];
    return [-x, -y, x, y];
  }

  path(outline: Outline): string {
    return outline
      .map((line) => {
        const corners = Array.from({ length: line.length / 2 }, (_, k) => [
          line[2 * k] ?? 0,
          line[2 * k + 1] ?? 0,
        ]);
        return `M${corners.map(([x = 0, y = 0]) => `${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)}`).join('L')}Z`;
      })
      .join('');
  }

  pixels(outline: Outline): number[][] {
    return outline.map((line) => line.map((value, k) => (k % 2 === 0 ? this.x(value) : this.y(value))));
  }

  /** A position on the screen in the plane's coordinates, kept inside. */
  at(svg: SVGSVGElement, clientX: number, clientY: number): [number, number] {
    const box = svg.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width - 0.5) * (this.width / this.scale);
    const y = (0.5 - (clientY - box.top) / box.height) * (this.height / this.scale);
    return this.inside(x, y);
  }

  /** Whether a point there is drawn whole. */
  holds(x: number, y: number): boolean {
    const [inX, inY] = this.inside(x, y);
    return inX === x && inY === y;
  }

  inside(x: number, y: number): [number, number] {
    const border = 20 / this.scale;
    const [right, top] = [this.width / 2 / this.scale - border, this.height / 2 / this.scale - border];
    return [Math.max(-right, Math.min(right, x)), Math.max(-top, Math.min(top, y))];
  }
}

/** Coordinates of some points, x and y in turn, with one point at another place, which a link can name. */
export function moved(points: readonly number[], corner: number, x: number, y: number): number[] {
  const at = [rounded(x), rounded(y)];
  return points.map((value, k) => (Math.floor(k / 2) === corner ? (at[k % 2] ?? value) : value));
}
