//! gRPC-Web, the form of gRPC that browsers can speak: after gRPC's `PROTOCOL-WEB.md`. The same messages behind the same
//! prefixes, and the trailers as one more frame of the body, for what reads only bodies; all of it in base64 where not even
//! bytes can be read.

#[cfg(feature = "client")]
mod answer;
mod content;
mod text;
mod trailers;

#[cfg(feature = "client")]
pub(crate) use answer::web_answer;
pub(crate) use content::{WebContent, WebForm};
pub(crate) use text::{TextDecoder, encode_text};
pub(crate) use trailers::trailers_frame;
