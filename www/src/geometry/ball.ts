/** How the sphere is turned, in degrees: to the right, then towards the viewer. */
export type Angles = readonly [yaw: number, pitch: number];

/** A point as the viewer sees it; `depth` is 1 in front and −1 behind. */
export interface SeenPoint {
  readonly at: number;
  readonly x: number;
  readonly y: number;
  readonly depth: number;
}

/** Rows of 2 or 3 numbers as the viewer sees them, the farthest first. Two numbers lie in the plane of the screen and are not turned. */
export function seenPoints(rows: Float32Array, dim: 2 | 3, [yaw, pitch]: Angles): SeenPoint[] {
  const [cosine, sine] = [Math.cos, Math.sin].map((of) => of((yaw * Math.PI) / 180)) as [number, number];
  const [tilt, rise] = [Math.cos, Math.sin].map((of) => of((pitch * Math.PI) / 180)) as [number, number];
  const points = Array.from({ length: rows.length / dim }, (_, at): SeenPoint => {
    const [x = 0, y = 0, z = 0] = rows.subarray(at * dim, (at + 1) * dim);
    if (dim === 2) return { at, x, y, depth: 1 };
    const [right, front] = [x * cosine + z * sine, z * cosine - x * sine];
    return { at, x: right, y: y * tilt - front * rise, depth: front * tilt + y * rise };
  });
  return points.sort((one, other) => one.depth - other.depth);
}

/** Angles after a turn: all the way round to the sides, and to the poles but not over them. */
export function turned([yaw, pitch]: Angles, right: number, down: number): Angles {
  return [((((yaw + right) % 360) + 540) % 360) - 180, Math.max(-90, Math.min(90, pitch + down))];
}
