//! Counts tests from the output of the test programs, and prints a table of all stages with their seconds.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

/// Stages that use one core each run side by side in this number.
const LANES: usize = 2;

/// Tests passed, failed, skipped. An unsteady file of tests failed, and passed when it ran once more.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
    pub unsteady: usize,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.unsteady += other.unsteady;
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
                unsteady: 0,
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
            unsteady: 0,
        }
    }
}

/// `…; 12 passed; …` -> 12
fn before(text: &str, word: &str) -> usize {
    let Some(end) = text.find(word) else { return 0 };
    let number = text[..end].rsplit(|letter: char| !letter.is_ascii_digit()).next();
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The results of a stage's test programs.
#[derive(Debug, Default)]
pub struct Outcome {
    pub counts: Counts,
    /// The failed tests with their reasons, as the program repeats them at its end.
    failures: Vec<String>,
}

impl From<Counts> for Outcome {
    fn from(counts: Counts) -> Self {
        Self { counts, failures: Vec::new() }
    }
}

struct Row {
    name: String,
    /// None for work that tests nothing, such as a build.
    counts: Option<Counts>,
    took: Duration,
    /// The error.
    remark: Option<String>,
    failures: Vec<String>,
}

impl Row {
    /// The row of a stage that has ended. A stage without tests of its own counts as one.
    fn of_stage(name: &str, outcome: Result<Outcome>, took: Duration) -> Self {
        let (Outcome { mut counts, failures }, remark) = match outcome {
            Ok(outcome) => (outcome, None),
            Err(error) => {
                eprintln!("==> {name} FAILED: {error:#}");
                (Counts { failed: 1, ..Counts::default() }.into(), Some(format!("{error:#}")))
            }
        };
        if counts.is_empty() {
            counts.passed = 1;
        }
        eprintln!("==> {name}: {:.1} s", took.as_secs_f64());
        Self { name: name.into(), counts: Some(counts), took, remark, failures }
    }
}

/// The outcome of every stage.
pub struct Tally {
    rows: Vec<Row>,
    begun: Instant,
}

impl Default for Tally {
    fn default() -> Self {
        Self { rows: Vec::new(), begun: Instant::now() }
    }
}

impl Tally {
    /// Runs work that the stages need and that tests nothing. An error ends the run.
    pub fn prepare<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let begun = Instant::now();
        let result = work();
        let remark = result.as_ref().err().map(|error| format!("{error:#}"));
        self.rows.push(Row {
            name: name.into(),
            counts: None,
            took: begun.elapsed(),
            remark,
            failures: Vec::new(),
        });
        result
    }

    /// Runs a stage. A failure is noted, and the next stage runs.
    pub fn stage(&mut self, name: &str, work: impl FnOnce() -> Result<Outcome>) {
        eprintln!("==> {name}");
        let begun = Instant::now();
        let outcome = work();
        self.rows.push(Row::of_stage(name, outcome, begun.elapsed()));
    }

    /// Runs stages that use one core each, two at a time. The output of each is printed in one piece when it ends. The rows
    /// keep the given order.
    pub fn side_by_side(&mut self, stages: Vec<(&str, Command)>) {
        let count = stages.len();
        let waiting = Mutex::new(stages.into_iter().enumerate());
        let ended: Mutex<Vec<(usize, Row)>> = Mutex::new(Vec::with_capacity(count));
        let lane = || {
            loop {
                let next = waiting.lock().expect("no lane panics").next();
                let Some((at, (name, mut command))) = next else { break };
                let begun = Instant::now();
                let outcome = capture(&mut command);
                // The lock also keeps the outputs apart.
                let mut ended = ended.lock().expect("no lane panics");
                eprintln!("==> {name}");
                let outcome = outcome.and_then(|(text, outcome)| {
                    print!("{text}");
                    outcome
                });
                ended.push((at, Row::of_stage(name, outcome, begun.elapsed())));
            }
        };
        thread::scope(|scope| {
            for _ in 0..LANES {
                scope.spawn(lane);
            }
        });
        let mut ended = ended.into_inner().expect("no lane panics");
        ended.sort_by_key(|(at, _)| *at);
        self.rows.extend(ended.into_iter().map(|(_, row)| row));
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
        // A log may be cut at its beginning. What failed stands at its end, too.
        for row in self.rows.iter().filter(|row| !row.failures.is_empty()) {
            writeln!(out, "==> {}, what failed", row.name)?;
            row.failures.iter().try_for_each(|line| writeln!(out, "{line}"))?;
        }
        for row in &self.rows {
            let counts = match row.counts {
                Some(Counts { passed, failed, skipped, .. }) => {
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
        let Counts { passed, failed, skipped, unsteady } = self.total();
        let minutes = self.begun.elapsed().as_secs_f64() / 60.0;
        if unsteady > 0 {
            writeln!(out, "{unsteady} unsteady: a file of tests failed, and passed when it ran once more")?;
        }
        write!(out, "{passed} passed, {failed} failed, {skipped} skipped in {minutes:.1} min")
    }
}

/// Runs a test program, shows its output and counts its tests.
pub fn run_counted(command: &mut Command) -> Result<Outcome> {
    run_watched(command).map(|(outcome, _)| outcome)
}

/// Files of tests that may pass at the second try in one stage. More of them are a fault of ours and no busy machine.
const UNSTEADY_AT_MOST: usize = 2;

/// Runs files of browser tests. `command` makes the program for a list of files. A file with a failed test runs once more by
/// itself, because a browser on a busy machine now and then answers too late. What fails twice has failed.
pub fn run_twice_if_needed(
    files: Vec<PathBuf>,
    mut command: impl FnMut(Vec<PathBuf>) -> Command,
) -> Result<Outcome> {
    let (mut outcome, failing) = run_watched(&mut command(files.clone()))?;
    let again: Vec<_> =
        files.into_iter().filter(|file| failing.iter().any(|path| file.ends_with(path))).collect();
    // A failure without a file, such as a crash of the runner, stays one.
    if again.is_empty() || again.len() > UNSTEADY_AT_MOST || again.len() < failing.len() {
        return Ok(outcome);
    }
    for file in again {
        eprintln!("==> once more, by itself: {}", file.display());
        let second = run_counted(&mut command(vec![file]))?;
        outcome.failures.extend(second.failures);
        if second.counts.failed > 0 {
            return Ok(outcome);
        }
        outcome.counts.unsteady += 1;
    }
    outcome.counts.passed += outcome.counts.failed;
    outcome.counts.failed = 0;
    Ok(outcome)
}

/// Lines of failures that a stage repeats.
const REPEATED_AT_MOST: usize = 60;

/// The lines of a program from the one on that begins its list of failures: `✖ failing tests:` of Node, `failures:` of cargo.
#[derive(Default)]
struct Failures {
    begun: bool,
    lines: Vec<String>,
}

impl Failures {
    fn hear(&mut self, line: &str) {
        self.begun |= ["✖ failing tests:", "failures:"].contains(&line.trim());
        if self.begun && self.lines.len() < REPEATED_AT_MOST {
            self.lines.push(line.into());
        }
        self.begun &= !line.starts_with("test result: ");
    }
}

/// `test at tests/browser/page.test.mjs:12:1` -> the path. Node prints it with each failed test.
fn failing_file(line: &str) -> Option<PathBuf> {
    let (path, _) = line.trim().strip_prefix("test at ")?.split_once(':')?;
    Some(PathBuf::from(path))
}

/// Runs a test program, shows its output and counts its tests. Gives the files that have failed tests, too.
fn run_watched(command: &mut Command) -> Result<(Outcome, BTreeSet<PathBuf>)> {
    let mut failing = BTreeSet::new();
    let mut failures = Failures::default();
    let mut child = command.stdout(Stdio::piped()).spawn().context("it could not be started")?;
    let stdout = child.stdout.take().context("its output is not piped")?;
    let mut counts = Counts::default();
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        counts.add(Counts::of_line(&line));
        failing.extend(failing_file(&line));
        failures.hear(&line);
    }
    let status = child.wait()?;
    if !status.success() && counts.failed == 0 {
        // It ended before its first test: a compile error, a crash.
        counts.failed = 1;
    }
    Ok((Outcome { counts, failures: failures.lines }, failing))
}

/// Runs a program without showing its output. Gives the output, and what it says of the tests or why it failed.
fn capture(command: &mut Command) -> Result<(String, Result<Outcome>)> {
    let (mut reader, writer) = std::io::pipe()?;
    let mut child = command
        .stdout(writer.try_clone()?)
        .stderr(writer)
        .spawn()
        .with_context(|| format!("{} could not be started", command.get_program().display()))?;
    // The command holds the writing ends; without them the reader sees the end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut counts = Counts::default();
    let mut failures = Failures::default();
    for line in text.lines() {
        counts.add(Counts::of_line(line));
        failures.hear(line);
    }
    let status = child.wait()?;
    let outcome = if status.success() || counts.failed > 0 {
        Ok(Outcome { counts, failures: failures.lines })
    } else {
        Err(anyhow!("{} ended with {status}", command.get_program().display()))
    };
    Ok((text, outcome))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_cargo_and_of_node_are_counted() {
        let cargo = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 7 filtered out";
        assert_eq!(
            Counts::of_line(cargo),
            Counts { passed: 12, failed: 3, skipped: 1, unsteady: 0 },
            "cargo's summary"
        );
        assert_eq!(Counts::of_line("ℹ pass 9").passed, 9, "node's spec reporter");
        assert_eq!(Counts::of_line("# fail 2").failed, 2, "node's tap reporter");
        assert_eq!(Counts::of_line("# skipped 4").skipped, 4, "a skipped test shows");
        assert!(Counts::of_line("ok 1 - fail 2 things").is_empty(), "other lines count nothing");
    }

    #[test]
    fn a_program_that_dies_before_its_first_test_has_failed() {
        let outcome = run_counted(Command::new("sh").args(["-c", "exit 2"])).expect("sh starts");
        assert_eq!(outcome.counts.failed, 1, "an early death is a failure");
    }

    /// Three files under a program that runs `failing` at the first try and `second` afterwards.
    fn fickle(failing: &str, second: &str) -> Counts {
        let mut tries = 0;
        let files = ["a", "b", "c"].map(|name| PathBuf::from(format!("/x/tests/{name}.test.mjs"))).to_vec();
        run_twice_if_needed(files, |_| {
            tries += 1;
            let mut command = Command::new("sh");
            command.args(["-c", if tries == 1 { failing } else { second }]);
            command
        })
        .expect("sh starts")
        .counts
    }

    #[test]
    fn a_file_that_fails_once_is_unsteady_and_one_that_fails_twice_has_failed() {
        let one = "echo '# pass 4'; echo '# fail 1'; echo 'test at tests/b.test.mjs:7:1'; exit 1";
        let counts = fickle(one, "echo '# pass 2'");
        assert_eq!(counts, Counts { passed: 5, failed: 0, skipped: 0, unsteady: 1 });
        let twice = fickle(one, "echo '# fail 1'; exit 1");
        assert_eq!(twice.failed, 1);
        let dies = fickle(one, "exit 1");
        assert_eq!(dies.failed, 1, "the second try ends before its first test");
    }

    #[test]
    fn many_unsteady_files_and_failures_without_a_file_are_not_tried_again() {
        let all =
            "echo '# fail 3'; for name in a b c; do echo \"test at tests/$name.test.mjs:7:1\"; done; exit 1";
        assert_eq!(fickle(all, "echo '# pass 2'").failed, 3);
        assert_eq!(fickle("exit 1", "echo '# pass 2'").failed, 1);
        let elsewhere = "echo '# fail 1'; echo 'test at elsewhere/d.test.mjs:7:1'; exit 1";
        assert_eq!(fickle(elsewhere, "echo '# pass 2'").failed, 1);
    }

    #[test]
    fn what_failed_is_told_again_above_the_table() {
        let mut tally = Tally::default();
        let script =
            "echo '✔ one'; echo '# fail 1'; echo '✖ failing tests:'; echo '  two is not three'; exit 1";
        tally.stage("tests", || run_counted(Command::new("sh").args(["-c", script])));
        let told = tally.to_string();
        let lines: Vec<&str> = told.lines().collect();
        assert_eq!(
            lines[..3],
            ["==> tests, what failed", "✖ failing tests:", "  two is not three"],
            "{told}"
        );
        let mut cargo = Failures::default();
        for line in ["ok", "failures:", "---- a stdout ----", "test result: FAILED.", "more"] {
            cargo.hear(line);
        }
        assert_eq!(cargo.lines, ["failures:", "---- a stdout ----", "test result: FAILED."]);
    }

    #[test]
    fn failures_and_skips_stay_visible_in_the_total() {
        let mut tally = Tally::default();
        tally.stage("good", || Ok(Counts::default().into()));
        tally.stage("bad", || anyhow::bail!("no luck"));
        tally.stage("ignored", || Ok(Counts { skipped: 1, ..Counts::default() }.into()));
        assert_eq!(tally.total(), Counts { passed: 1, failed: 1, skipped: 1, unsteady: 0 }, "one of each");
        assert!(tally.to_string().ends_with("1 passed, 1 failed, 1 skipped in 0.0 min"), "{tally}");
    }

    #[test]
    fn stages_side_by_side_keep_their_order_and_their_failures() {
        let shell = |script: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", script]);
            command
        };
        let mut tally = Tally::default();
        tally.side_by_side(vec![
            ("slow", shell("sleep 0.3; echo '# pass 2'")),
            ("fails", shell("echo 'no luck' >&2; exit 3")),
            ("quick", shell("true")),
            ("absent", Command::new("there-is-no-such-program")),
        ]);
        let names: Vec<&str> = tally.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["slow", "fails", "quick", "absent"]);
        assert_eq!(
            tally.total(),
            Counts { passed: 3, failed: 2, skipped: 0, unsteady: 0 },
            "two tests, one stage, two failures"
        );
        let remark = tally.rows[1].remark.as_deref();
        assert!(remark.is_some_and(|text| text.contains("exit status: 3")), "{remark:?}");
    }

    #[test]
    fn output_of_both_kinds_is_kept_in_order() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two >&2; echo three"]);
        let (text, _) = capture(&mut command).expect("sh starts");
        assert_eq!(text, "one\ntwo\nthree\n");
    }

    #[test]
    fn the_table_shows_builds_with_their_seconds_and_counts_no_test_for_them() {
        let mut tally = Tally::default();
        tally.prepare("wasm module", || Ok(())).expect("the work succeeds");
        assert!(tally.is_empty(), "a build is no stage");
        tally.stage("tests", || Ok(Counts { passed: 3, ..Counts::default() }.into()));
        let lines: Vec<String> = tally.to_string().lines().map(str::to_string).collect();
        assert!(lines[0].starts_with("wasm module ") && lines[0].ends_with("0.0 s"), "{lines:?}");
        assert!(lines[1].starts_with("tests ") && lines[1].contains("3 passed"), "{lines:?}");
        assert_eq!(tally.total().passed, 3);
    }
}
