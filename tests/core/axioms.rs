//! What the files of the distances claim of the three axioms, against what the checker finds; in every unit, and with huge and
//! tiny points among ordinary ones.

use metriclab::distances::{Axiom, Distance, On, RowKind};
use metriclab::random::Random;
use metriclab::tools::axioms::{Axioms, Origin, check};

/// `count` rows of `dim` numbers of the distance's kind.
fn points(distance: Distance, count: usize, dim: usize, seed: u64) -> Vec<f32> {
    let mut random = Random::new(seed);
    let mut values = Vec::new();
    for _ in 0..count {
        let mut row: Vec<f32> = (0..dim).map(|_| random.normal()).collect();
        if distance.rows() == RowKind::Histograms {
            row.iter_mut().for_each(|v| *v = (2.0 * *v).exp());
            let sum: f32 = row.iter().sum();
            row.iter_mut().for_each(|v| *v /= sum);
        }
        values.extend(row);
    }
    values
}

/// The axioms that are broken.
fn broken(axioms: &Axioms) -> Vec<Axiom> {
    let each = [
        (Axiom::Identity, &axioms.identity),
        (Axiom::Symmetry, &axioms.symmetry),
        (Axiom::Triangle, &axioms.triangle),
    ];
    each.into_iter().filter(|(_, finding)| !finding.holds).map(|(axiom, _)| axiom).collect()
}

#[test]
fn the_checker_finds_what_each_distance_says_of_itself() {
    for distance in Distance::ALL {
        let axioms = check(distance, &points(distance, 24, 4, 11), 4, 1).expect("points");
        assert_eq!(broken(&axioms), distance.facts().verdict.breaks, "{distance:?}: {axioms:?}");
        assert_eq!(axioms.is_metric(), distance.is_metric(), "{distance:?}");
    }
}

#[test]
fn a_verdict_says_one_thing() {
    let mut of_directions = Vec::new();
    for distance in Distance::ALL {
        let verdict = distance.facts().verdict;
        match (verdict.metric, verdict.on) {
            (true, On::AllRows) => assert!(verdict.breaks.is_empty(), "{distance:?}"),
            (true, On::UnitVectors) => of_directions.push(distance),
            (false, _) => assert!(!verdict.breaks.is_empty(), "{distance:?} breaks something"),
        }
    }
    assert_eq!(of_directions, [Distance::Angle], "a metric of directions alone");
}

#[test]
fn the_findings_do_not_depend_on_the_unit() {
    for distance in Distance::ALL.into_iter().filter(|distance| distance.rows() != RowKind::Histograms) {
        let ordinary = points(distance, 12, 3, 5);
        for exponent in [-120, -60, -30, -10, 10, 30, 60, 120] {
            let values: Vec<f32> =
                ordinary.iter().map(|&x| (f64::from(x) * 2.0_f64.powi(exponent)) as f32).collect();
            let axioms = check(distance, &values, 3, 1).expect("points");
            assert_eq!(broken(&axioms), distance.facts().verdict.breaks, "{distance:?}, 2^{exponent}");
        }
    }
}

#[test]
fn one_huge_or_tiny_point_changes_no_finding() {
    for distance in Distance::ALL.into_iter().filter(|distance| distance.rows() != RowKind::Histograms) {
        for sentinel in [f32::MAX, -f32::MAX, 1e30, 1e-30, f32::from_bits(1)] {
            for (at, place) in [(0, 0), (5, 1)] {
                let mut values = points(distance, 12, 3, 6);
                values[at * 3..(at + 1) * 3].fill(0.0);
                values[at * 3 + place] = sentinel;
                let axioms = check(distance, &values, 3, 1).expect("points");
                assert_eq!(
                    broken(&axioms),
                    distance.facts().verdict.breaks,
                    "{distance:?}, {sentinel}: {axioms:?}"
                );
            }
        }
    }
}

#[test]
fn near_points_are_not_taken_for_one() {
    // A thousandth apart, and squares of that.
    for distance in [Distance::Euclidean, Distance::SquaredEuclidean, Distance::SampleWasserstein] {
        let values: Vec<f32> = (0..10).flat_map(|i| [1.0 + 1e-3 * i as f32, 2.0]).collect();
        let axioms = check(distance, &values, 2, 1).expect("points");
        assert!(axioms.identity.holds, "{distance:?}: {axioms:?}");
    }
}

#[test]
fn a_shift_is_of_the_size_of_its_point() {
    let axioms = check(Distance::Snr, &[6.0, 2.0, 1.0, 3.0, 5.0, 4.0], 2, 1).expect("points");
    let worst = axioms.identity.worst.expect("Var(x − (x + s)) = 0");
    let shifted = worst.points.iter().find_map(|origin| match origin {
        Origin::Shifted { index, by } => Some((*index, *by)),
        _ => None,
    });
    let (index, by) = shifted.expect("a shifted point");
    assert_eq!(by, if index == 0 { 4.0 } else { 2.0 }, "{worst:?}");
}

#[test]
fn more_points_than_memory_holds_are_refused() {
    for (values, dim) in [(vec![0.5; 600_000], 1), (vec![0.5; 6_000_000], 1_000)] {
        let refused = check(Distance::Euclidean, &values, dim, 1).expect_err("above 64 MiB");
        assert_eq!(refused.code(), "data.too_large", "{refused}");
    }
}
