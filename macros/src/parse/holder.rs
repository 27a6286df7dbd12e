//! The Rust types that the options `strings` and `bytes` put fields in. `input` reads the options with these.

use proc_macro2::{Ident, TokenTree};

use super::argument::{Text, comma, string, wrong};
use super::entry::pairs;
use super::near::nearest;
use crate::error::Problem;

/// A type for text or bytes, other than the usual one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Holder {
    ArcStr,
    BoxStr,
    SharedStr,
    BoxBytes,
    VecBytes,
}

/// `("shop.v1.Order.id", "Box<str>")`: `None` stands for the usual type.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) which: Text,
    pub(crate) holder: Option<Holder>,
}

const STRINGS: [(&str, Option<Holder>); 4] = [
    ("Arc<str>", Some(Holder::ArcStr)),
    ("Box<str>", Some(Holder::BoxStr)),
    ("SharedStr", Some(Holder::SharedStr)),
    ("String", None),
];

const BYTES: [(&str, Option<Holder>); 3] =
    [("Box<[u8]>", Some(Holder::BoxBytes)), ("Bytes", None), ("Vec<u8>", Some(Holder::VecBytes))];

/// The pairs of `strings`.
pub(super) fn strings(token: Option<TokenTree>, name: &Ident) -> Result<Vec<Held>, Problem> {
    held(token, name, &STRINGS)
}

/// The pairs of `bytes`.
pub(super) fn bytes(token: Option<TokenTree>, name: &Ident) -> Result<Vec<Held>, Problem> {
    held(token, name, &BYTES)
}

fn held(
    token: Option<TokenTree>,
    name: &Ident,
    types: &[(&str, Option<Holder>)],
) -> Result<Vec<Held>, Problem> {
    let example = types.first().map_or("", |(example, _)| example);
    let form = format!(
        "`{name}` takes pairs of names and types: `{name} = [(\"shop.v1.Order.id\", \"{example}\")]`"
    );
    pairs(token, name, &form, |which, tokens| {
        let given = match tokens.next() {
            Some(token) => string(token, "the name of a type, as a string")?,
            None => return Err(wrong(&form, which.span)),
        };
        comma(tokens)?;
        let spelled: String = given.value.split_whitespace().collect();
        match types.iter().find(|(known, _)| *known == spelled) {
            Some((_, holder)) => Ok(Held { which, holder: *holder }),
            None => Err(unknown(name, &given, types)),
        }
    })
}

fn unknown(name: &Ident, given: &Text, types: &[(&str, Option<Holder>)]) -> Problem {
    let names = || types.iter().map(|(known, _)| *known);
    let problem = wrong(format!("`{name}` knows no type `{}`", given.value), given.span);
    let listed = names().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
    let problem = match nearest(&given.value, names()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    };
    problem.help(format!("the types are {listed}"))
}
