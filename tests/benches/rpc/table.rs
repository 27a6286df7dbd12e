//! Prints medians, as they are and as ratios to tonic's, and how they stand against the targets. Judges, but never fails:
//! a machine that is busy is no mistake in the code.

use std::io::{self, Write};

use crate::peer::Peer;

/// What ours should reach.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    /// As a share of the peer's figure.
    share: f64,
    of: Peer,
    /// Whether more is better.
    more: bool,
}

impl Target {
    pub(crate) fn at_least(share: f64, of: Peer) -> Self {
        Self { share, of, more: true }
    }

    pub(crate) fn at_most(share: f64, of: Peer) -> Self {
        Self { share, of, more: false }
    }
}

/// A line of the table, by its number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row(usize);

#[derive(Debug)]
struct Line {
    name: String,
    targets: Vec<Target>,
    figures: Vec<(Peer, f64)>,
}

impl Line {
    fn median(&self, peer: Peer) -> Option<f64> {
        let of_peer = self.figures.iter().filter(|(whose, _)| *whose == peer);
        let mut figures: Vec<f64> = of_peer.map(|(_, figure)| *figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied()
    }

    fn ratio(&self, peer: Peer, to: Peer) -> Option<f64> {
        Some(self.median(peer)? / self.median(to)?)
    }
}

/// All figures, one for each round.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<Line>);

impl Figures {
    pub(crate) fn row(&mut self, name: String, targets: Vec<Target>) -> Row {
        self.0.push(Line { name, targets, figures: Vec::new() });
        Row(self.0.len() - 1)
    }

    pub(crate) fn add(&mut self, row: Row, peer: Peer, figure: f64) {
        self.0[row.0].figures.push((peer, figure));
    }

    pub(crate) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        write!(out, "{:38}", "medians, and shares of tonic's")?;
        for peer in Peer::ALL {
            write!(out, " |{:>10}       ", peer.name())?;
        }
        writeln!(out)?;
        for line in &self.0 {
            write!(out, "{:38}", line.name)?;
            for peer in Peer::ALL {
                let (figure, ratio) = (line.median(peer), line.ratio(peer, Peer::Tonic));
                let digits = if figure.is_some_and(|figure| figure < 100.0) { 2 } else { 0 };
                let figure = figure.map(|figure| format!("{figure:.digits$}")).unwrap_or_default();
                let ratio = ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
                write!(out, " |{figure:>10} {ratio:>6}")?;
            }
            writeln!(out)?;
        }
        writeln!(out)?;
        self.0.iter().try_for_each(|line| judge(line, out))
    }
}

fn judge(line: &Line, out: &mut impl Write) -> io::Result<()> {
    for Target { share, of, more } in &line.targets {
        let Some(ratio) = line.ratio(Peer::Ours, *of) else { continue };
        let holds = if *more { ratio >= *share } else { ratio <= *share };
        let verdict = if holds { "held  " } else { "MISSED" };
        let bound = if *more { "at least" } else { "at most" };
        writeln!(out, "{verdict} {}: {ratio:.2} of {}, to be {bound} {share:.2}", line.name, of.name())?;
    }
    Ok(())
}
