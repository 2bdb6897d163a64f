//! A table of means with intervals.

use std::thread;

/// A row of one seed: its name, and a value for each column; none where a method cannot answer.
pub type Row = (String, Vec<Option<f64>>);

/// Rows by name, each with the values of every seed, column by column.
#[derive(Default)]
pub struct Table {
    rows: Vec<(String, Vec<Vec<Option<f64>>>)>,
}

impl Table {
    /// The rows of several seeds, as many at a time as the machine has cores.
    pub fn of(seeds: u64, rows: impl Fn(u64) -> Vec<Row> + Sync) -> Self {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let seeds: Vec<u64> = (1..=seeds).collect();
        let mut table = Self::default();
        for some in seeds.chunks(cores) {
            let found: Vec<Vec<Row>> = thread::scope(|scope| {
                let running: Vec<_> = some
                    .iter()
                    .map(|&seed| {
                        scope.spawn({
                            let rows = &rows;
                            move || rows(seed)
                        })
                    })
                    .collect();
                running.into_iter().map(|seed| seed.join().expect("a seed that ends")).collect()
            });
            found.into_iter().flatten().for_each(|row| table.add(row));
        }
        table
    }

    fn add(&mut self, (name, values): Row) {
        match self.rows.iter_mut().find(|(known, _)| *known == name) {
            Some((_, seeds)) => seeds.push(values),
            None => self.rows.push((name, vec![values])),
        }
    }

    /// Markdown: the mean, and half of its 95 % interval over the seeds.
    pub fn markdown<S: AsRef<str>>(&self, columns: &[S]) -> String {
        let names: Vec<&str> = columns.iter().map(AsRef::as_ref).collect();
        let head = [format!("| | {} |", names.join(" | ")), format!("|---|{}", "---|".repeat(columns.len()))];
        let row = |(name, seeds): &(String, Vec<Vec<Option<f64>>>)| {
            let values = |column| seeds.iter().filter_map(|values| values[column]).collect::<Vec<f64>>();
            let cells: Vec<String> = (0..columns.len()).map(|column| cell(&values(column))).collect();
            format!("| {name} | {} |", cells.join(" | "))
        };
        head.into_iter().chain(self.rows.iter().map(row)).collect::<Vec<_>>().join("\n")
    }
}

fn cell(values: &[f64]) -> String {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    match values.len() {
        0 => "–".into(),
        1 => format!("{mean:.3}"),
        _ => format!("{mean:.3} ± {:.3}", half(values, mean)),
    }
}

/// Half of a 95 % interval of a mean of a few values (Student's t).
fn half(values: &[f64], mean: f64) -> f64 {
    const T: [f64; 9] = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];
    let n = values.len();
    let square = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1) as f64;
    T.get(n - 2).copied().unwrap_or(1.96) * (square / n as f64).sqrt()
}
