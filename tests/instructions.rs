//! Instructions of the core's heaviest work, counted by valgrind. Unlike seconds, they do not depend on the machine's load, so
//! a slower kernel shows. Each kernel runs in this test's own program, once with two rounds and once with one. The difference
//! is the kernel without its inputs.

mod work;

use std::process::Command;

use metriclab::distances::Distance;
use metriclab::networks::NetworkConfig;

/// The variable that tells the program under valgrind its kernel and rounds.
const WHAT: &str = "METRICLAB_COUNTED";
/// A kernel that takes this share more became slower. One that takes this share less needs a new number in `KERNELS`.
const SLACK: f64 = 0.1;

/// Millions of instructions a round, in the profile of `cargo test` on `x86_64`, compiled as `cargo xtask test` does.
const KERNELS: [(&str, f64); 6] = [
    ("neighbours", 40.7),
    ("matrix", 27.3),
    ("batch_distances", 5.32),
    ("components", 22.6),
    ("step_of_an_mlp", 7.76),
    ("step_of_convolutions", 14.3),
];

fn run(kernel: &str, rounds: usize) -> f32 {
    let rows = work::numbers(512 * 64);
    let mut session = match kernel {
        "step_of_an_mlp" => Some(work::session(NetworkConfig::Mlp { hidden: vec![128] })),
        "step_of_convolutions" => Some(work::session(NetworkConfig::Conv { channels: vec![8, 16] })),
        _ => None,
    };
    // The first call allocates buffers, which later rounds reuse.
    (0..=rounds)
        .map(|_| match kernel {
            "neighbours" => work::neighbours(&rows, 64, Distance::Euclidean) as f32,
            "matrix" => work::matrix(&rows, 64),
            "batch_distances" => work::batch_distances(&rows[..128 * 32]),
            "components" => work::components(&rows, 64),
            _ => work::steps(session.as_mut().expect("a kernel that trains"), 1),
        })
        .sum()
}

fn counted(kernel: &str, rounds: usize) -> u64 {
    let program = std::env::current_exe().expect("this test is a program");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["--exact", "what_valgrind_runs", "--test-threads=1"])
        .env(WHAT, format!("{kernel} {rounds}"))
        .output()
        .expect("valgrind counts instructions: apt-get install valgrind");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{kernel}: valgrind ended with {}: {said}", output.status);
    let line =
        said.lines().find(|line| line.contains("Collected :")).expect("callgrind says what it collected");
    line.split_whitespace().last().and_then(|count| count.parse().ok()).expect("a count")
}

/// The program of valgrind. By itself it runs one kernel.
#[test]
fn what_valgrind_runs() {
    let what = std::env::var(WHAT).unwrap_or_else(|_| "batch_distances 1".into());
    let (kernel, rounds) = what.split_once(' ').expect("a kernel and its rounds");
    assert!(run(kernel, rounds.parse().expect("a count")).is_finite(), "{kernel} computes a number");
}

#[test]
#[cfg(target_arch = "x86_64")]
fn no_kernel_takes_more_instructions_than_it_did() {
    let mut wrong = Vec::new();
    for (kernel, written) in KERNELS {
        // Counts do not depend on what else runs, so both runs may run at once.
        let rounds = [1, 2].map(|rounds| std::thread::spawn(move || counted(kernel, rounds)));
        let [one, two] = rounds.map(|run| run.join().expect("valgrind counts"));
        let millions = (two - one) as f64 / 1e6;
        println!("{kernel}: {millions:.2} million instructions, {written} written down");
        if (millions / written - 1.0).abs() > SLACK {
            wrong.push(format!("{kernel}: {millions:.2} million, {written} written down"));
        }
    }
    assert!(wrong.is_empty(), "instruction counts moved by more than {SLACK}: {}", wrong.join("; "));
}
