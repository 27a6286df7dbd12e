//! Prints what the builds took as ratios to prost's, and how they stand against the targets. Judges, but never fails:
//! a machine that is busy is no mistake in the code.

use std::io::{self, Write};

use crate::codec::Codec;
use crate::phase::Phase;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    Wall(Phase),
    Cpu(Phase),
    /// The bytes of machine code.
    Text,
}

/// Who may take how much of whose.
const TARGETS: [(Codec, Measure, f64, Codec); 11] = [
    (Codec::Ours, Measure::Wall(Phase::Check), 0.30, Codec::Prost),
    (Codec::Ours, Measure::Wall(Phase::Debug), 0.50, Codec::Prost),
    (Codec::Ours, Measure::Wall(Phase::Release), 0.60, Codec::Prost),
    (Codec::Ours, Measure::Text, 0.75, Codec::Prost),
    (Codec::Ours, Measure::Wall(Phase::Check), 0.20, Codec::Buffa),
    (Codec::Ours, Measure::Wall(Phase::Release), 0.20, Codec::Buffa),
    (Codec::CodeSize, Measure::Wall(Phase::Release), 0.50, Codec::Prost),
    (Codec::CodeSize, Measure::Text, 0.55, Codec::Prost),
    (Codec::Formats, Measure::Wall(Phase::Check), 1.25, Codec::Ours),
    (Codec::Formats, Measure::Wall(Phase::Debug), 1.25, Codec::Ours),
    (Codec::Formats, Measure::Wall(Phase::Release), 1.25, Codec::Ours),
];

impl Measure {
    const ALL: [Self; 7] = [
        Self::Wall(Phase::Check),
        Self::Wall(Phase::Debug),
        Self::Wall(Phase::Release),
        Self::Cpu(Phase::Check),
        Self::Cpu(Phase::Debug),
        Self::Cpu(Phase::Release),
        Self::Text,
    ];

    fn name(self) -> String {
        match self {
            Self::Wall(phase) => format!("{}, wall", phase.name()),
            Self::Cpu(phase) => format!("{}, CPU", phase.name()),
            Self::Text => ".text".to_owned(),
        }
    }

    /// The unit and how many digits stand behind the point.
    fn unit(self) -> (&'static str, usize) {
        if self == Self::Text { ("B", 0) } else { ("s", 2) }
    }
}

/// All figures, one for each round.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<(Codec, Measure, f64)>);

impl Figures {
    pub(crate) fn add(&mut self, codec: Codec, measure: Measure, figure: f64) {
        self.0.push((codec, measure, figure));
    }

    fn median(&self, codec: Codec, measure: Measure) -> Option<f64> {
        let of_both = self.0.iter().filter(|(whose, what, _)| (*whose, *what) == (codec, measure));
        let mut figures: Vec<f64> = of_both.map(|(_, _, figure)| *figure).collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied()
    }

    fn ratio(&self, codec: Codec, measure: Measure, to: Codec) -> Option<f64> {
        Some(self.median(codec, measure)? / self.median(to, measure)?)
    }

    pub(crate) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        write!(out, "{:14}", "")?;
        for codec in Codec::ALL {
            write!(out, " |{:>12}  of prost", codec.name())?;
        }
        writeln!(out)?;
        for measure in Measure::ALL {
            if Codec::ALL.iter().any(|codec| self.median(*codec, measure).is_some()) {
                self.print_row(measure, out)?;
            }
        }
        writeln!(out)?;
        TARGETS.iter().try_for_each(|target| self.judge(*target, out))
    }

    fn print_row(&self, measure: Measure, out: &mut impl Write) -> io::Result<()> {
        let (unit, digits) = measure.unit();
        write!(out, "{:14}", measure.name())?;
        for codec in Codec::ALL {
            let figure = self.median(codec, measure).map(|figure| format!("{figure:.digits$} {unit}"));
            let ratio = self.ratio(codec, measure, Codec::Prost).map(|ratio| format!("{ratio:.2}"));
            write!(out, " |{:>12} {:>9}", figure.unwrap_or_default(), ratio.unwrap_or_default())?;
        }
        writeln!(out)
    }

    fn judge(
        &self,
        (codec, measure, most, of): (Codec, Measure, f64, Codec),
        out: &mut impl Write,
    ) -> io::Result<()> {
        let Some(ratio) = self.ratio(codec, measure, of) else { return Ok(()) };
        let verdict = if ratio <= most { "held  " } else { "MISSED" };
        let (codec, of) = (codec.name(), of.name());
        writeln!(out, "{verdict} {codec} {}: {ratio:.2} of {of}, to be at most {most:.2}", measure.name())
    }
}
