//! The traits that a type derives: the usual ones of its kind, without those that the call takes away, and with those
//! that it adds. `custom` decides them, `emit` spells them.

use crate::parse::Target;

/// A trait to derive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Derive {
    Std(Trait),
    /// The n-th that the call adds.
    Given(usize),
}

/// The traits of the standard library that can be derived.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Trait {
    Clone,
    Copy,
    Debug,
    Default,
    Eq,
    Hash,
    Ord,
    PartialEq,
    PartialOrd,
}

impl Trait {
    const ALL: [(&'static str, Self); 9] = [
        ("Clone", Self::Clone),
        ("Copy", Self::Copy),
        ("Debug", Self::Debug),
        ("Default", Self::Default),
        ("Eq", Self::Eq),
        ("Hash", Self::Hash),
        ("Ord", Self::Ord),
        ("PartialEq", Self::PartialEq),
        ("PartialOrd", Self::PartialOrd),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, it)| *it)
    }
}

/// What types of that kind derive; nothing for what is no type.
pub(super) fn usual(target: Target) -> &'static [Trait] {
    use Trait::{Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd};
    match target {
        Target::Message => &[Clone, Debug, Default, PartialEq],
        Target::Enum => &[Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord],
        Target::Oneof => &[Clone, Debug, PartialEq],
        Target::Value | Target::Field => &[],
    }
}

/// Whether a type of that kind is of no use without the trait: the runtime's traits ask for it.
pub(super) fn is_needed(target: Target, it: Trait) -> bool {
    match target {
        Target::Enum => {
            matches!(it, Trait::Clone | Trait::Copy | Trait::Debug | Trait::Default | Trait::PartialEq)
        }
        _ => it == Trait::Default,
    }
}
