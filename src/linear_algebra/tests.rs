use super::*;

fn normals(count: usize, seed: u64) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..count).map(|_| f64::from(random.normal())).collect()
}

/// `Σ x xᵀ` of `rank` random rows: symmetric, with that many eigenvalues above 0.
fn gram(dim: usize, rank: usize, seed: u64) -> Vec<f64> {
    let rows = normals(dim * rank, seed);
    let sum = |i: usize, j: usize| (0..rank).map(|r| rows[i * rank + r] * rows[j * rank + r]).sum::<f64>();
    (0..dim * dim).map(|at| sum(at / dim, at % dim)).collect()
}

fn times(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
    matrix.chunks_exact(vector.len()).map(|row| dot(row, vector)).collect()
}

#[test]
fn eigenvalues_by_hand_and_by_their_sums() {
    let close = |matrix: Vec<f64>, wanted: &[f64]| {
        let got = Symmetric::new(matrix, wanted.len()).eigenvalues();
        let apart = got.iter().zip(wanted).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max);
        assert!(got.len() == wanted.len() && apart < 1e-12, "{got:?}, by hand {wanted:?}");
    };
    close(vec![], &[]);
    close(vec![5.0], &[5.0]);
    close(vec![2.0, 1.0, 1.0, 2.0], &[3.0, 1.0]);
    close(
        vec![2.0, 1.0, 0.0, 1.0, 2.0, 1.0, 0.0, 1.0, 2.0],
        &[2.0 + 2.0f64.sqrt(), 2.0, 2.0 - 2.0f64.sqrt()],
    );
    close(vec![0.0; 9], &[0.0; 3]);
    // Sums of eigenvalues and of their squares are the trace and the sum of all squares.
    let dim = 40;
    let matrix = gram(dim, 60, 8);
    let found = Symmetric::new(matrix.clone(), dim).eigenvalues();
    assert!(found.is_sorted_by(|x, y| x >= y), "falling");
    let trace: f64 = (0..dim).map(|i| matrix[i * dim + i]).sum();
    assert!((found.iter().sum::<f64>() / trace - 1.0).abs() < 1e-12, "trace");
    let squares: f64 = matrix.iter().map(|x| x * x).sum();
    assert!((found.iter().map(|x| x * x).sum::<f64>() / squares - 1.0).abs() < 1e-12, "squares");
}

#[test]
fn leading_vectors_are_orthonormal_eigenvectors() {
    let diagonal = |values: &[f64]| {
        let dim = values.len();
        (0..dim * dim)
            .map(|at| if at / dim == at % dim { values[at / dim] } else { 0.0 })
            .collect::<Vec<f64>>()
    };
    let cases = [
        (2, vec![2.0, 1.0, 1.0, 2.0]),
        (3, gram(3, 5, 1)),
        (30, gram(30, 50, 2)),
        (64, gram(64, 3, 3)),
        // Eigenvalues that are equal, almost equal, and all equal.
        (4, diagonal(&[3.0, 1.0, 3.0, 0.5])),
        (5, diagonal(&[3.0, 1.0, 3.0 + 1e-13, 0.5, 3.0])),
        (6, diagonal(&[2.0; 6])),
        (9, gram(9, 1, 4)),
    ];
    for (dim, matrix) in cases {
        let (vectors, values) = Symmetric::new(matrix.clone(), dim).leading(2);
        for (vector, value) in vectors.iter().zip(&values) {
            let image = times(&matrix, vector);
            let apart = image.iter().zip(vector).map(|(x, v)| (x - value * v).abs()).fold(0.0, f64::max);
            assert!(apart < 1e-12 * values[0], "{dim}: A v is λ v to {apart:e}, λ {value}");
            assert!((dot(vector, vector) - 1.0).abs() < 1e-12, "{dim}: length 1");
            let largest = vector.iter().fold(0.0_f64, |m, &x| if x.abs() > m.abs() { x } else { m });
            assert!(largest > 0.0, "{dim}: the largest component is positive");
        }
        assert!(dot(&vectors[0], &vectors[1]).abs() < 1e-12, "{dim}: at a right angle");
        assert!(values[0] >= values[1], "{dim}: falling");
    }
    assert_eq!(Symmetric::new(vec![4.0], 1).leading(2).0, [vec![1.0], vec![0.0]], "there is no second one");
    assert_eq!(Symmetric::new(vec![0.0; 4], 2).leading(2).1, [0.0; 2], "nor any of nothing");
}

#[test]
fn a_matrix_of_any_size_has_the_same_vectors() {
    let matrix = gram(12, 20, 5);
    let (vectors, values) = Symmetric::new(matrix.clone(), 12).leading(2);
    for k in [-200, -60, 60, 200] {
        let factor = 2.0_f64.powi(k);
        let scaled = Symmetric::new(matrix.iter().map(|x| x * factor).collect(), 12);
        let found = scaled.leading(2);
        assert_eq!(found.0, vectors, "times 2^{k}");
        assert_eq!(found.1, values.iter().map(|x| x * factor).collect::<Vec<f64>>(), "times 2^{k}");
    }
}

#[test]
fn a_covariance_by_hand_and_at_every_scale() {
    let values = [1.0_f32, 0.0, -1.0, 0.0, 0.0, 3.0, 0.0, -3.0];
    let of = |values: &[f32]| {
        let rows: Vec<&[f32]> = values.chunks_exact(2).collect();
        let mean = mean_row(&rows, 2);
        (Covariance::of(&rows, &mean), mean)
    };
    let (found, mean) = of(&values);
    assert_eq!(mean, [0.0, 0.0]);
    // Divided by 2, the power of two below 3.
    assert_eq!(found.matrix, [0.125, 0.0, 0.0, 1.125]);
    assert_eq!(found.trace(2), 1.25);
    for k in -120..=120 {
        let scaled: Vec<f32> = values.iter().map(|x| x * 2.0_f32.powi(k)).collect();
        let (at_scale, _) = of(&scaled);
        assert_eq!(at_scale.matrix, found.matrix, "times 2^{k}");
    }
    let (none, mean) = (Covariance::of(&[], &[0.0; 3]), mean_row(&[], 3));
    assert_eq!((none.matrix, mean), (vec![0.0; 9], vec![0.0; 3]), "no rows");
}

#[test]
fn turns_and_reflections_are_found() {
    for step in 0..16 {
        let (sin, cos) = (f64::from(step) * 0.41).sin_cos();
        for q in [[[cos, -sin], [sin, cos]], [[cos, sin], [sin, -cos]]] {
            // Σ p cᵀ with p = Q c is Q Σ c cᵀ.
            let (a, b, c) = (3.0, 0.4, 1.0);
            let moments = q.map(|row| [row[0] * a + row[1] * b, row[0] * b + row[1] * c]);
            let found = procrustes(moments).expect("something decides");
            let apart =
                (0..4).map(|at| (found[at / 2][at % 2] - q[at / 2][at % 2]).abs()).fold(0.0, f64::max);
            assert!(apart < 1e-12, "{found:?}, not {q:?}");
        }
    }
    assert_eq!(procrustes([[0.0; 2]; 2]), None, "nothing decides");
}
