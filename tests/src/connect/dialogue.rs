//! How the suite's runner and its testees speak: a big-endian length, and a message of it. Used by both testees.

use std::io::{self, Read};

use protocall::Message;

/// The next message of `input`; `None` at its end.
///
/// # Errors
/// When the input breaks off, or holds something else.
pub fn read<M: Message>(input: &mut impl Read) -> io::Result<Option<M>> {
    let mut length = [0; 4];
    match input.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        outcome => outcome?,
    }
    let mut bytes = vec![0; u32::from_be_bytes(length) as usize];
    input.read_exact(&mut bytes)?;
    M::decode(&bytes).map(Some).map_err(io::Error::other)
}

/// A message as the runner reads it.
pub fn written(message: &impl Message) -> Vec<u8> {
    let bytes = message.encode_to_vec();
    let length = u32::try_from(bytes.len()).expect("no report is that long");
    [&length.to_be_bytes()[..], &bytes].concat()
}
