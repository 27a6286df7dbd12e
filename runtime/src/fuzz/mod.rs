//! A door for the fuzz targets of `fuzz/`, to what is private and reads a peer's bytes. Open with the feature `__fuzz` only,
//! and nothing of it is promised to stay.

mod connection;
mod frame;
mod head;
mod web;

pub use connection::{Observed, observed};
pub use frame::{Frames, framed};
pub use head::{
    content_subtype, decode_timeout, encode_timeout, encoding, headers, metadata, pushback, read_status,
    reply_encoding, request_metadata, web_content, write_status,
};
pub use web::{Read, read_answer, read_text, write_answer};
