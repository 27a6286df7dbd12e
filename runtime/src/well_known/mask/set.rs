//! Masks as sets of fields: made, read, written, and counted with. Used by users.

use std::fmt;
use std::str::FromStr;

use super::error::MaskError;
use super::path::{canonical, covers};
use crate::well_known::generated::google::protobuf::FieldMask;

impl FieldMask {
    /// A mask of these paths.
    pub fn of<P: Into<String>>(paths: impl IntoIterator<Item = P>) -> Self {
        Self { paths: paths.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    fn each(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    /// The paths in their canonical form.
    pub(super) fn canonical(&self) -> Vec<&str> {
        canonical(self.each())
    }

    /// The same fields by the fewest paths: sorted, each once, without those that another one covers.
    pub fn normalized(&self) -> Self {
        Self::of(self.canonical())
    }

    /// Whether the field at `path` is among those that the mask names, by its own path or by one that it lies under.
    pub fn contains(&self, path: &str) -> bool {
        covers(&self.canonical(), path)
    }

    /// The fields of both, normalized.
    pub fn union(&self, other: &Self) -> Self {
        Self::of(canonical(self.each().chain(other.each())))
    }

    /// The fields that both name, normalized.
    pub fn intersection(&self, other: &Self) -> Self {
        let (own, others) = (self.canonical(), other.canonical());
        let inner = own.iter().filter(|path| covers(&others, path));
        let outer = others.iter().filter(|path| covers(&own, path));
        Self::of(canonical(inner.chain(outer).copied()))
    }

    /// The paths that the other mask does not cover, normalized. What it names below a path of this mask stays: without
    /// the type nothing tells which other fields there are.
    pub fn difference(&self, other: &Self) -> Self {
        let others = other.canonical();
        Self::of(self.canonical().into_iter().filter(|path| !covers(&others, path)))
    }
}

/// From paths that are separated by commas, as [`FieldMask`]'s `Display` writes them. Empty ones are passed over. Fails for
/// what is no names joined by dots; whether there are such fields is [`FieldMask::check`]'s question.
impl FromStr for FieldMask {
    type Err = MaskError;

    fn from_str(text: &str) -> Result<Self, MaskError> {
        let paths = text.split(',').map(str::trim).filter(|path| !path.is_empty());
        let paths = paths.map(|path| match path.split('.').all(is_name) {
            true => Ok(path.to_owned()),
            false => Err(MaskError::new(path, "these are no names joined by dots".to_owned(), None)),
        });
        Ok(Self { paths: paths.collect::<Result<_, _>>()?, ..Self::default() })
    }
}

fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    let begins = letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    begins && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// The paths, separated by commas.
impl fmt::Display for FieldMask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.paths.join(","))
    }
}

impl<P: Into<String>> FromIterator<P> for FieldMask {
    fn from_iter<I: IntoIterator<Item = P>>(paths: I) -> Self {
        Self::of(paths)
    }
}
