//! What a call with `export = true` hands on to the calls that name it in `deps`: its files, and where it made which type.
//!
//! `emit::export` writes a [`Schema`] as one string into a hidden macro; `input` reads it where that macro has put it.

use std::collections::HashMap;
use std::fmt::Write as _;

/// The first word of the text: what another version wrote may read otherwise, and its types would not fit in any case.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The files and the types of a call, those of its own `deps` included.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    pub(crate) files: Vec<SchemaFile>,
    /// By their full names.
    pub(crate) types: HashMap<String, SchemaType>,
}

/// A `.proto` file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SchemaFile {
    /// Its name in an import.
    pub(crate) name: String,
    pub(crate) text: String,
    /// Whether its types were made by the call itself.
    pub(crate) own: bool,
}

/// A type that is there in Rust.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SchemaType {
    /// From the place of the call: `shop::v1::Order`.
    pub(crate) path: String,
    /// Whether it is a message with a view.
    pub(crate) view: bool,
}

impl Schema {
    /// The schema as a text of strings, each behind its length.
    pub(crate) fn written(&self) -> String {
        let mut out = String::new();
        put(VERSION, &mut out);
        put(&self.files.len().to_string(), &mut out);
        for file in &self.files {
            put(if file.own { "own" } else { "" }, &mut out);
            put(&file.name, &mut out);
            put(&file.text, &mut out);
        }
        let mut names: Vec<&String> = self.types.keys().collect();
        names.sort();
        for name in names {
            let Some(known) = self.types.get(name) else { continue };
            put(if known.view { "view" } else { "" }, &mut out);
            put(name, &mut out);
            put(&known.path, &mut out);
        }
        out
    }

    /// Reads what [`Schema::written`] wrote; the error says why it cannot be.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut parts = Parts(text);
        let version = parts.next().unwrap_or_default();
        if version != VERSION {
            return Err(format!("it was made with protocall {version}, and this is {VERSION}"));
        }
        parts.schema().ok_or_else(|| "what it exports cannot be read".to_owned())
    }
}

fn put(text: &str, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{}:{text}", text.len());
}

/// The strings of a text, one by one.
struct Parts<'a>(&'a str);

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (length, rest) = self.0.split_once(':')?;
        let (part, rest) = rest.split_at_checked(length.parse().ok()?)?;
        self.0 = rest;
        Some(part)
    }
}

impl Parts<'_> {
    fn schema(&mut self) -> Option<Schema> {
        let mut schema = Schema::default();
        for _ in 0..self.next()?.parse::<usize>().ok()? {
            let own = self.next()? == "own";
            let (name, text) = (self.next()?.to_owned(), self.next()?.to_owned());
            schema.files.push(SchemaFile { name, text, own });
        }
        while let Some(view) = self.next() {
            let name = self.next()?.to_owned();
            let path = self.next()?.to_owned();
            schema.types.insert(name, SchemaType { path, view: view == "view" });
        }
        self.0.is_empty().then_some(schema)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        let file = |name: &str, text: &str, own| SchemaFile { name: name.into(), text: text.into(), own };
        let known = |path: &str, view| SchemaType { path: path.into(), view };
        Schema {
            files: vec![file("a.proto", "// 3:Ä\nmessage A {}", true), file("b.proto", "", false)],
            types: [("p.A".into(), known("p::A", true)), ("B".into(), known("r#type::B", false))].into(),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let read = Schema::read(&schema().written()).expect("it is whole");
        assert_eq!(read.files, schema().files);
        assert_eq!(read.types, schema().types);
    }

    #[test]
    fn what_is_cut_or_of_another_version_is_refused() {
        let text = schema().written();
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            let whole = Schema::read(&text[..end]).is_ok_and(|read| read.types.len() == 2);
            assert!(!whole, "cut at {end}");
        }
        let other = text.replace(VERSION, "9.9.9");
        let reason = Schema::read(&other).expect_err("another version");
        assert_eq!(reason, format!("it was made with protocall 9.9.9, and this is {VERSION}"));
    }
}
