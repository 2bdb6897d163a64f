/**
 * Turns, mirrors, moves and sizes `xy` so that it lies over `reference` as well as it can, point by point; its shape stays.
 * Pairs with a place missing (NaN) have no say; with fewer than two, `xy` stays as it is.
 */
export function alignTo(xy: Float32Array, reference: Float32Array): Float32Array<ArrayBuffer> {
  const pairs: (readonly [number, number, number, number])[] = [];
  for (let i = 0; i + 1 < xy.length; i += 2) {
    const pair = [xy[i] ?? NaN, xy[i + 1] ?? NaN, reference[i] ?? NaN, reference[i + 1] ?? NaN] as const;
    if (pair.every(Number.isFinite)) pairs.push(pair);
  }
  const mean = (part: 0 | 1 | 2 | 3): number =>
    pairs.reduce((sum, pair) => sum + pair[part], 0) / pairs.length;
  const [mx, my, mu, mv] = [mean(0), mean(1), mean(2), mean(3)];
  let [own, other, turnCos, turnSin, mirrorCos, mirrorSin] = [0, 0, 0, 0, 0, 0];
  for (const pair of pairs) {
    const [x, y, u, v] = [pair[0] - mx, pair[1] - my, pair[2] - mu, pair[3] - mv];
    own += x * x + y * y;
    other += u * u + v * v;
    turnCos += x * u + y * v;
    turnSin += x * v - y * u;
    mirrorCos += x * u - y * v;
    mirrorSin += x * v + y * u;
  }
  if (pairs.length < 2 || own === 0 || other === 0) return Float32Array.from(xy);
  const flip = Math.hypot(mirrorCos, mirrorSin) > Math.hypot(turnCos, turnSin) ? -1 : 1;
  const angle = flip < 0 ? Math.atan2(mirrorSin, mirrorCos) : Math.atan2(turnSin, turnCos);
  // Sized to the reference's spread, not to the best fit, which would shrink a picture that has little in common with it.
  const size = Math.sqrt(other / own);
  const [cos, sin] = [size * Math.cos(angle), size * Math.sin(angle)];
  const aligned = new Float32Array(xy.length);
  for (let i = 0; i + 1 < xy.length; i += 2) {
    const x = (xy[i] ?? NaN) - mx;
    const y = flip * ((xy[i + 1] ?? NaN) - my);
    aligned[i] = cos * x - sin * y + mu;
    aligned[i + 1] = sin * x + cos * y + mv;
  }
  return aligned;
}
