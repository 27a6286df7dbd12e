//! The codecs that are measured: what each crate of the scratch workspace depends on, and how its program calls it.

use crate::proto;
use crate::schema::{PACKAGES, Schema};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    Prost,
    Ours,
    /// Ours with JSON, text and server reflection in: what they add to the same program.
    Formats,
    /// Ours, with `optimize_for = CODE_SIZE` in each file.
    CodeSize,
    Buffa,
}

impl Codec {
    pub(crate) const ALL: [Self; 5] = [Self::Prost, Self::Ours, Self::Formats, Self::CodeSize, Self::Buffa];

    /// As it is asked for and printed; also the folder of its crate.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Prost => "prost",
            Self::Ours => "ours",
            Self::Formats => "formats",
            Self::CodeSize => "code_size",
            Self::Buffa => "buffa",
        }
    }

    /// The package of its crate.
    pub(crate) fn package(self) -> String {
        format!("cost_{}", self.name())
    }

    /// The lines below `[dependencies]`; `runtime` is the folder of protocall.
    pub(crate) fn dependencies(self, runtime: &str) -> String {
        match self {
            Self::Prost => "prost = \"0.14\"\nprost-types = \"0.14\"\n".to_owned(),
            Self::Buffa => "buffa = \"0.9\"\nbuffa-types = \"0.9\"\n".to_owned(),
            // Without services there is nothing to do for hyper and tokio.
            Self::Ours | Self::CodeSize => {
                format!("protocall = {{ path = {runtime:?}, default-features = false }}\n")
            }
            Self::Formats => format!(
                "protocall = {{ path = {runtime:?}, default-features = false, \
                 features = [\"json\", \"reflection\", \"text\"] }}\n"
            ),
        }
    }

    /// The crate's root, where it is not generated: the call of our macro.
    pub(crate) fn library(self) -> Option<String> {
        let files =
            PACKAGES.map(|(package, _)| format!("    \"proto/{}\",\n", proto::path(package))).concat();
        let call =
            format!("protocall::include_proto!(\n    [\n{files}    ],\n    include = [\"proto\"],\n);\n");
        matches!(self, Self::Ours | Self::Formats | Self::CodeSize).then_some(call)
    }

    /// The program: it reads, clones, compares, prints and writes a message of each type.
    pub(crate) fn program(self, schema: &Schema) -> String {
        let calls: String = (0..schema.messages.len())
            .map(|index| format!("    work.exercise::<schema::{}>();\n", schema.rust_path(index)))
            .collect();
        let (message, decoded) = match self {
            Self::Prost => ("prost::Message + Default", "M::decode(bytes)"),
            Self::Ours | Self::Formats | Self::CodeSize => ("protocall::Message", "M::decode(bytes)"),
            Self::Buffa => ("buffa::Message", "M::decode_from_slice(bytes)"),
        };
        include_str!("program.txt")
            .replace("{package}", &self.package())
            .replace("{message}", message)
            .replace("{decoded}", decoded)
            .replace("{calls}", &calls)
    }
}
