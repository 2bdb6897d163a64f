//! Counts tests from the output of the test programs, and prints a table of all stages with their seconds.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Tests passed, failed, skipped.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// One line of `cargo test` or `node --test`; other lines count nothing.
    fn of_line(line: &str) -> Self {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("test result: ") {
            return Self {
                passed: before(rest, " passed"),
                failed: before(rest, " failed"),
                skipped: before(rest, " ignored"),
            };
        }
        let Some(rest) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) else {
            return Self::default();
        };
        let after =
            |word: &str| rest.strip_prefix(word).and_then(|number| number.trim().parse().ok()).unwrap_or(0);
        Self {
            passed: after("pass "),
            failed: after("fail ") + after("cancelled "),
            skipped: after("skipped ") + after("todo "),
        }
    }
}

/// `…; 12 passed; …` -> 12
fn before(text: &str, word: &str) -> usize {
    let Some(end) = text.find(word) else { return 0 };
    let number = text[..end].rsplit(|letter: char| !letter.is_ascii_digit()).next();
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

struct Row {
    name: String,
    /// None for work that tests nothing, such as a build.
    counts: Option<Counts>,
    took: Duration,
    /// The error, or why the stage was skipped.
    remark: Option<String>,
}

/// The outcome of every stage.
#[derive(Default)]
pub struct Tally {
    rows: Vec<Row>,
}

impl Tally {
    /// Runs work that the stages need and that tests nothing. An error ends the run.
    pub fn prepare<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let begun = Instant::now();
        let result = work();
        let remark = result.as_ref().err().map(|error| format!("{error:#}"));
        self.rows.push(Row { name: name.into(), counts: None, took: begun.elapsed(), remark });
        result
    }

    /// Runs a stage. A failure is noted, and the next stage runs.
    pub fn stage(&mut self, name: &str, work: impl FnOnce() -> Result<Counts>) {
        eprintln!("==> {name}");
        let begun = Instant::now();
        let (mut counts, remark) = match work() {
            Ok(counts) => (counts, None),
            Err(error) => {
                eprintln!("==> {name} FAILED: {error:#}");
                (Counts { failed: 1, ..Counts::default() }, Some(format!("{error:#}")))
            }
        };
        if counts.is_empty() {
            counts.passed = 1;
        }
        let took = begun.elapsed();
        eprintln!("==> {name}: {:.1} s", took.as_secs_f64());
        self.rows.push(Row { name: name.into(), counts: Some(counts), took, remark });
    }

    /// Notes a stage that cannot run here. The table shows it as skipped.
    pub fn skip(&mut self, name: &str, why: &str) {
        eprintln!("==> {name} SKIPPED: {why}");
        let counts = Counts { skipped: 1, ..Counts::default() };
        let remark = Some(why.into());
        self.rows.push(Row { name: name.into(), counts: Some(counts), took: Duration::ZERO, remark });
    }

    /// Whether no stage ran.
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(|row| row.counts.is_none())
    }

    pub fn total(&self) -> Counts {
        let mut total = Counts::default();
        self.rows.iter().filter_map(|row| row.counts).for_each(|counts| total.add(counts));
        total
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut took = Duration::ZERO;
        for row in &self.rows {
            took += row.took;
            let counts = match row.counts {
                Some(Counts { passed, failed, skipped }) => {
                    format!("{passed:>4} passed {failed:>3} failed {skipped:>3} skipped")
                }
                None => String::new(),
            };
            write!(out, "{:<30} {counts:<35} {:>7.1} s", row.name, row.took.as_secs_f64())?;
            match &row.remark {
                Some(remark) => writeln!(out, "   {}", remark.lines().next().unwrap_or_default())?,
                None => writeln!(out)?,
            }
        }
        let Counts { passed, failed, skipped } = self.total();
        let minutes = took.as_secs_f64() / 60.0;
        write!(out, "{passed} passed, {failed} failed, {skipped} skipped in {minutes:.1} min")
    }
}

/// Runs a test program, shows its output and counts its tests.
pub fn run_counted(command: &mut Command) -> Result<Counts> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("it could not be started")?;
    let stdout = child.stdout.take().context("its output is not piped")?;
    let mut counts = Counts::default();
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        counts.add(Counts::of_line(&line));
    }
    let status = child.wait()?;
    if !status.success() && counts.failed == 0 {
        // It ended before its first test: a compile error, a crash.
        counts.failed = 1;
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_cargo_and_of_node_are_counted() {
        let cargo = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 7 filtered out";
        assert_eq!(Counts::of_line(cargo), Counts { passed: 12, failed: 3, skipped: 1 }, "cargo's summary");
        assert_eq!(Counts::of_line("ℹ pass 9").passed, 9, "node's spec reporter");
        assert_eq!(Counts::of_line("# fail 2").failed, 2, "node's tap reporter");
        assert_eq!(Counts::of_line("# skipped 4").skipped, 4, "a skipped test shows");
        assert!(Counts::of_line("ok 1 - fail 2 things").is_empty(), "other lines count nothing");
    }

    #[test]
    fn a_program_that_dies_before_its_first_test_has_failed() {
        let counts = run_counted(Command::new("sh").args(["-c", "exit 2"])).expect("sh starts");
        assert_eq!(counts.failed, 1, "an early death is a failure");
    }

    #[test]
    fn failures_and_skips_stay_visible_in_the_total() {
        let mut tally = Tally::default();
        tally.stage("good", || Ok(Counts::default()));
        tally.stage("bad", || anyhow::bail!("no luck"));
        tally.skip("absent", "not here");
        assert_eq!(tally.total(), Counts { passed: 1, failed: 1, skipped: 1 }, "one of each");
        assert!(tally.to_string().ends_with("1 passed, 1 failed, 1 skipped in 0.0 min"), "{tally}");
    }

    #[test]
    fn the_table_shows_builds_with_their_seconds_and_counts_no_test_for_them() {
        let mut tally = Tally::default();
        tally.prepare("wasm module", || Ok(())).expect("the work succeeds");
        assert!(tally.is_empty(), "a build is no stage");
        tally.stage("tests", || Ok(Counts { passed: 3, ..Counts::default() }));
        let lines: Vec<String> = tally.to_string().lines().map(str::to_string).collect();
        assert!(lines[0].starts_with("wasm module ") && lines[0].ends_with("0.0 s"), "{lines:?}");
        assert!(lines[1].starts_with("tests ") && lines[1].contains("3 passed"), "{lines:?}");
        assert_eq!(tally.total().passed, 3);
    }
}
