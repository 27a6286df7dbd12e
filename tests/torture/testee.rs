//! The program that judge.py asks: decodes, encodes, decodes and encodes again, and answers with what it wrote. The test
//! puts `schemas.rs` (one `include_proto!` for each group of files) and `table.rs` (one line for each message) beside it.
#![deny(warnings, missing_docs, unreachable_pub, rust_2018_idioms)]
#![forbid(unsafe_code)]

mod schemas;
mod table;

use std::io::{self, Read, Write};

use protocall::{DecodeError, EncodeOptions, Message};

/// The answer: a word, and bytes or a reason.
type Answer = (&'static str, Vec<u8>);

fn main() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    while let Some(verb) = frame(&mut input)? {
        let (name, bytes) = (frame(&mut input)?, frame(&mut input)?);
        let name = String::from_utf8(name.unwrap_or_default()).unwrap_or_default();
        let (word, told) = table::answer(&verb, &name, &bytes.unwrap_or_default());
        for part in [word.as_bytes(), &told] {
            output.write_all(&(part.len() as u32).to_le_bytes())?;
            output.write_all(part)?;
        }
        output.flush()?;
    }
    Ok(())
}

fn frame(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    if input.read(&mut length[..1])? == 0 {
        return Ok(None);
    }
    input.read_exact(&mut length[1..])?;
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    input.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

/// What a message with no extensions does with them.
fn no_extensions<M>(_: &mut M) -> Result<(), DecodeError> {
    Ok(())
}

/// Reads an extension by its key, and sets it to what was read.
macro_rules! extension {
    ($message:ident, $key:path) => {
        let value = $message.extension(&$key)?;
        $message.set_extension(&$key, &value);
    };
}
pub(crate) use extension;

fn again<M: Message + Clone>(
    verb: &[u8],
    bytes: &[u8],
    extensions: fn(&mut M) -> Result<(), DecodeError>,
) -> Answer {
    let mut first = match M::decode(bytes) {
        Ok(message) => message,
        Err(error) => return ("refused", error.to_string().into_bytes()),
    };
    if verb == b"extensions" && let Err(error) = extensions(&mut first) {
        return ("refused", error.to_string().into_bytes());
    }
    let options = EncodeOptions::new().deterministic(true);
    let written = options.encode_to_vec(&first);
    let broken = |what: &str| ("broken", what.as_bytes().to_vec());
    let second = match M::decode(&written) {
        Ok(message) => message,
        Err(error) => return broken(&format!("what was written cannot be read: {error}")),
    };
    let rewritten = options.encode_to_vec(&second);
    let length = first.encoded_len();
    if written != rewritten {
        broken("what was read again is written otherwise")
    } else if written.len() != length || second.encoded_len() != length || first.encode_to_vec().len() != length {
        broken("encoded_len is not the length of what is written")
    } else if options.encode_to_vec(&second.clone()) != written {
        broken("a clone is written otherwise")
    } else {
        ("accepted", written)
    }
}
