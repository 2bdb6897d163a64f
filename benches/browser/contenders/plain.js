// Plain JavaScript on the main thread: simple loops, and loops blocked by hand.
import { queryAt } from '../page/points.js';

function norms(rows, dim) {
  const lengths = new Float64Array(rows.length / dim);
  for (let i = 0; i < lengths.length; i++) {
    let sum = 0;
    for (let k = 0; k < dim; k++) sum += rows[i * dim + k] ** 2;
    lengths[i] = sum;
  }
  return lengths;
}

/**
 * Squared distances of 4 queries to all references: 4 x 4 at a time, whose sums stay in registers.
 * The fastest of the block sizes from 1 x 1 to 4 x 4, three times as fast as a loop over pairs.
 */
function fourRows(q, r, dim, first, queryNorms, referenceNorms, out) {
  const count = referenceNorms.length;
  const [q0, q1, q2, q3] = [first * dim, (first + 1) * dim, (first + 2) * dim, (first + 3) * dim];
  const [n0, n1, n2, n3] = [
    queryNorms[first],
    queryNorms[first + 1],
    queryNorms[first + 2],
    queryNorms[first + 3],
  ];
  for (let j = 0; j < count; j += 4) {
    const r0 = j * dim;
    const r1 = r0 + dim;
    const r2 = r1 + dim;
    const r3 = r2 + dim;
    let s00 = 0,
      s01 = 0,
      s02 = 0,
      s03 = 0;
    let s10 = 0,
      s11 = 0,
      s12 = 0,
      s13 = 0;
    let s20 = 0,
      s21 = 0,
      s22 = 0,
      s23 = 0;
    let s30 = 0,
      s31 = 0,
      s32 = 0,
      s33 = 0;
    for (let k = 0; k < dim; k++) {
      const a0 = q[q0 + k],
        a1 = q[q1 + k],
        a2 = q[q2 + k],
        a3 = q[q3 + k];
      const b0 = r[r0 + k],
        b1 = r[r1 + k],
        b2 = r[r2 + k],
        b3 = r[r3 + k];
      s00 += a0 * b0;
      s01 += a0 * b1;
      s02 += a0 * b2;
      s03 += a0 * b3;
      s10 += a1 * b0;
      s11 += a1 * b1;
      s12 += a1 * b2;
      s13 += a1 * b3;
      s20 += a2 * b0;
      s21 += a2 * b1;
      s22 += a2 * b2;
      s23 += a2 * b3;
      s30 += a3 * b0;
      s31 += a3 * b1;
      s32 += a3 * b2;
      s33 += a3 * b3;
    }
    const m0 = referenceNorms[j],
      m1 = referenceNorms[j + 1],
      m2 = referenceNorms[j + 2],
      m3 = referenceNorms[j + 3];
    out[j] = n0 + m0 - 2 * s00;
    out[j + 1] = n0 + m1 - 2 * s01;
    out[j + 2] = n0 + m2 - 2 * s02;
    out[j + 3] = n0 + m3 - 2 * s03;
    let at = count + j;
    out[at] = n1 + m0 - 2 * s10;
    out[at + 1] = n1 + m1 - 2 * s11;
    out[at + 2] = n1 + m2 - 2 * s12;
    out[at + 3] = n1 + m3 - 2 * s13;
    at += count;
    out[at] = n2 + m0 - 2 * s20;
    out[at + 1] = n2 + m1 - 2 * s21;
    out[at + 2] = n2 + m2 - 2 * s22;
    out[at + 3] = n2 + m3 - 2 * s23;
    at += count;
    out[at] = n3 + m0 - 2 * s30;
    out[at + 1] = n3 + m1 - 2 * s31;
    out[at + 2] = n3 + m2 - 2 * s32;
    out[at + 3] = n3 + m3 - 2 * s33;
  }
}

/** Runs `take(out, first)` for every 4 queries. All sizes of the benchmark are multiples of 4. */
function byFours({ rows, count, dim }, take) {
  const lengths = norms(rows, dim);
  const out = new Float32Array(4 * count);
  for (let first = 0; first < count; first += 4) {
    fourRows(rows, rows, dim, first, lengths, lengths, out);
    take(out, first);
  }
}

/** Keeps the k smallest of `values[from..from + count]`, sorted, by insertion. */
function smallest(values, from, count, k, nearest, distances) {
  distances.fill(Infinity);
  let worst = Infinity;
  for (let j = 0; j < count; j++) {
    const value = values[from + j];
    if (value >= worst) continue;
    let at = k - 1;
    while (at > 0 && distances[at - 1] > value) {
      distances[at] = distances[at - 1];
      nearest[at] = nearest[at - 1];
      at -= 1;
    }
    distances[at] = value;
    nearest[at] = j;
    worst = distances[k - 1];
  }
}

const blocked = {
  name: 'plain JS, blocked',
  distances: (points) => ({
    run: async () => {
      const { count } = points;
      const matrix = new Float32Array(count * count);
      byFours(points, (out, first) => {
        const at = first * count;
        for (let j = 0; j < out.length; j++) matrix[at + j] = Math.sqrt(Math.max(0, out[j]));
      });
      return matrix;
    },
  }),
  nearest: (points, k) => ({
    run: async () => {
      const { count } = points;
      const indices = new Uint32Array(count * k);
      const distances = new Float32Array(count * k);
      byFours(points, (out, first) => {
        for (let i = 0; i < 4; i++) {
          const at = (first + i) * k;
          smallest(out, i * count, count, k, indices.subarray(at, at + k), distances.subarray(at, at + k));
        }
      });
      for (let i = 0; i < distances.length; i++) distances[i] = Math.sqrt(Math.max(0, distances[i]));
      return { indices, distances };
    },
  }),
};

/** Squared distances of one row, in simple loops. */
function pairByPair({ rows, count, dim }, index, out) {
  for (let j = 0; j < count; j++) {
    let sum = 0;
    for (let k = 0; k < dim; k++) {
      const step = rows[index * dim + k] - rows[j * dim + k];
      sum += step * step;
    }
    out[j] = sum;
  }
}

const simple = {
  name: 'plain JS, simple loops',
  distances: (points) => ({
    run: async () => {
      const { count } = points;
      const matrix = new Float32Array(count * count);
      for (let i = 0; i < count; i++) {
        const row = matrix.subarray(i * count, (i + 1) * count);
        pairByPair(points, i, row);
        for (let j = 0; j < count; j++) row[j] = Math.sqrt(row[j]);
      }
      return matrix;
    },
  }),
  nearest: (points, k) => ({
    run: async () => {
      const { count } = points;
      const indices = new Uint32Array(count * k);
      const distances = new Float32Array(count * k);
      const row = new Float32Array(count);
      for (let i = 0; i < count; i++) {
        pairByPair(points, i, row);
        smallest(
          row,
          0,
          count,
          k,
          indices.subarray(i * k, (i + 1) * k),
          distances.subarray(i * k, (i + 1) * k),
        );
      }
      for (let i = 0; i < distances.length; i++) distances[i] = Math.sqrt(distances[i]);
      return { indices, distances };
    },
  }),
};

/** One query among rows whose squared lengths are known; four references at a time. */
export const scan = {
  name: 'plain JS, blocked',
  query: (points, k) => {
    const { rows, count, dim } = points;
    const lengths = norms(rows, dim);
    const out = new Float32Array(count);
    let next = 0;
    return {
      run: async () => {
        const index = queryAt(next++, count);
        fourReferences(rows, index * dim, dim, lengths, lengths[index], out);
        const [indices, distances] = [new Uint32Array(k), new Float32Array(k)];
        smallest(out, 0, count, k, indices, distances);
        return { index, found: [...indices] };
      },
    };
  },
};

/** Squared distances of the row at `q` to all, four sums in registers. */
function fourReferences(rows, q, dim, lengths, own, out) {
  for (let j = 0; j < out.length; j += 4) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    const r0 = j * dim;
    const [r1, r2, r3] = [r0 + dim, r0 + 2 * dim, r0 + 3 * dim];
    for (let k = 0; k < dim; k++) {
      const a = rows[q + k];
      s0 += a * rows[r0 + k];
      s1 += a * rows[r1 + k];
      s2 += a * rows[r2 + k];
      s3 += a * rows[r3 + k];
    }
    out[j] = own + lengths[j] - 2 * s0;
    out[j + 1] = own + lengths[j + 1] - 2 * s1;
    out[j + 2] = own + lengths[j + 2] - 2 * s2;
    out[j + 3] = own + lengths[j + 3] - 2 * s3;
  }
}

export const plain = [blocked, simple];
