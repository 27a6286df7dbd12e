//! Prints the times as ratios to prost's, and how they stand against the targets. Judges, but never fails: a machine
//! that is busy is no mistake in the code.

use std::io::{self, Write};

use crate::rounds::{Operation, medians};
use crate::subject::Shape;

/// For each operation: its name and the most that ours may take of prost's time, as a geometric mean over the shapes. The
/// time of a view is taken against prost's owned decode.
const TARGETS: [(&str, f64); 4] = [("decode", 0.62), ("fresh", 0.58), ("reused", 0.50), ("view", 0.33)];
/// A view of one large field costs next to nothing, which would pull the mean down: it counts as no more than this.
const LEAST: f64 = 0.05;
/// The most that a single shape may take of the time of the faster of prost and buffa.
const WORST: f64 = 1.05;

/// One operation on one shape.
struct Cell {
    prost_ns: f64,
    /// Of prost's time.
    ours: f64,
    /// Of prost's time.
    buffa: f64,
}

impl Cell {
    /// Ours against the faster of the two others.
    fn against_best(&self) -> f64 {
        self.ours / self.buffa.min(1.0)
    }
}

/// A shape with its times, operation by operation.
pub(crate) struct Row {
    name: &'static str,
    bytes: usize,
    cells: [Cell; 4],
}

impl Row {
    pub(crate) fn measure(mut shape: Shape) -> Self {
        let cells = Operation::ALL.map(|operation| {
            let [prost_ns, ours, buffa] = medians(&mut shape, operation);
            Cell { prost_ns, ours: ours / prost_ns, buffa: buffa / prost_ns }
        });
        Self { name: shape.name, bytes: shape.bytes, cells }
    }
}

pub(crate) fn print(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    write!(out, "{:16}{:>9} B", "shape", "bytes")?;
    for (operation, _) in TARGETS {
        write!(out, " |{:>13} ns   ours  buffa", format!("{operation}: prost"))?;
    }
    writeln!(out)?;
    for row in rows {
        write!(out, "{:16}{:>9}  ", row.name, row.bytes)?;
        for cell in &row.cells {
            write!(out, " |{:>16.0} {:>6.2} {:>6.2}", cell.prost_ns, cell.ours, cell.buffa)?;
        }
        writeln!(out)?;
    }
    write!(out, "{:27}", "geometric mean")?;
    for index in 0..TARGETS.len() {
        let mean = |ratio: fn(&Cell) -> f64| geometric_mean(rows, |row| ratio(&row.cells[index]));
        write!(out, " |{:>16} {:>6.3} {:>6.3}", 1, mean(|cell| cell.ours), mean(|cell| cell.buffa))?;
    }
    writeln!(out, "\n")?;
    print_verdicts(rows, out)
}

fn print_verdicts(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    for (index, (operation, most)) in TARGETS.into_iter().enumerate() {
        let mean = geometric_mean(rows, |row| row.cells[index].ours);
        writeln!(out, "{} {operation}: {mean:.3} of prost, to be at most {most:.2}", verdict(mean <= most))?;
    }
    let cells = rows.iter().flat_map(|row| TARGETS.iter().zip(&row.cells).map(move |cell| (row.name, cell)));
    let slow: Vec<String> = cells
        .filter(|(_, (_, cell))| cell.against_best() > WORST)
        .map(|(name, ((operation, _), cell))| format!("{name} {operation} {:.2}", cell.against_best()))
        .collect();
    write!(
        out,
        "{} each shape: to be at most {WORST} of the faster of prost and buffa",
        verdict(slow.is_empty())
    )?;
    writeln!(out, "{}{}", if slow.is_empty() { "" } else { "; is not: " }, slow.join(", "))
}

pub(crate) fn verdict(holds: bool) -> &'static str {
    if holds { "held  " } else { "MISSED" }
}

pub(crate) fn geometric_mean<T>(rows: &[T], ratio: impl Fn(&T) -> f64) -> f64 {
    (rows.iter().map(|row| ratio(row).max(LEAST).ln()).sum::<f64>() / rows.len() as f64).exp()
}
