//! Figures of one kind, for the chart and for the terminal. Made by `payload` and `load`.

use std::io::{self, Write};

/// Whose figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Json,
    Ours,
}

/// One figure.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    pub(crate) label: &'static str,
    pub(crate) side: Side,
    pub(crate) figure: f64,
}

/// Figures that are to be compared.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) bars: Vec<Bar>,
}

/// All figures of one unit.
#[derive(Debug, Clone)]
pub(crate) struct Panel {
    pub(crate) title: &'static str,
    /// The unit, and whether more or less of it is better.
    pub(crate) note: &'static str,
    pub(crate) groups: Vec<Group>,
}

impl Panel {
    pub(crate) fn largest(&self) -> f64 {
        self.groups.iter().flat_map(|group| &group.bars).map(|bar| bar.figure).fold(0.0, f64::max)
    }

    /// Prints all figures, and ours as shares of the others.
    pub(crate) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{} ({})", self.title, self.note)?;
        for group in &self.groups {
            let ours =
                group.bars.iter().find(|bar| bar.side == Side::Ours).map_or(f64::NAN, |bar| bar.figure);
            for bar in &group.bars {
                let share = ours / bar.figure;
                writeln!(
                    out,
                    "  {:24} {:10} {:>10}  ours is {share:.2} of it",
                    group.name,
                    bar.label,
                    number(bar.figure)
                )?;
            }
        }
        writeln!(out)
    }
}

/// A figure with three digits at least, and its thousands set apart.
pub(crate) fn number(figure: f64) -> String {
    let digits = match figure {
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    let text = format!("{figure:.digits$}");
    let whole = text.split('.').next().map_or(0, str::len);
    let apart = |index: usize| index > 0 && index < whole && (whole - index).is_multiple_of(3);
    text.char_indices()
        .flat_map(|(index, digit)| apart(index).then_some(',').into_iter().chain([digit]))
        .collect()
}
