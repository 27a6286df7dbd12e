//! Bytes as messages of many schemas: accepted if and only if the specification and prost-reflect accept them, read as
//! the same values, and written so that prost-reflect reads the same again.

use std::fmt::Debug;

use prost_reflect::DynamicMessage;
use protocall::{Bytes, DecodeError, DecodeOptions, EncodeOptions, Message};

use crate::schema::{descriptor, google, ours};
use crate::{extended, shown, specification};

/// Each message that is examined, by the first byte of the input.
pub(crate) const EXAMINED: [fn(&[u8]); 16] = [
    examine::<ours::kinds::v1::Plain>,
    examine::<ours::kinds::v1::Explicit>,
    examine::<ours::kinds::v1::Lists>,
    examine::<ours::kinds::v1::Unpacked>,
    examine::<ours::kinds::v1::Choice>,
    examine::<ours::kinds::v1::Maps>,
    examine::<ours::kinds::v1::Tree>,
    examine::<ours::kinds::v1::Nothing>,
    examine::<ours::legacy::v1::Record>,
    examine::<ours::legacy::v1::Newer>,
    examine::<ours::extended::v1::Twin>,
    extended::examine,
    examine::<google::protobuf_test_messages::proto2::TestAllTypesProto2>,
    examine::<google::protobuf_test_messages::proto3::TestAllTypesProto3>,
    examine::<google::protobuf_test_messages::proto2::TestAllRequiredTypesProto2>,
    examine::<google::protobuf_test_messages::proto2::UnknownToTestAllTypes>,
];

/// What the target does with an input.
pub fn run(data: &[u8]) {
    let Some((choice, bytes)) = data.split_first() else { return };
    EXAMINED[usize::from(*choice) % EXAMINED.len()](bytes);
}

fn examine<M: Message + Debug + PartialEq>(bytes: &[u8]) {
    let message = descriptor::<M>();
    let read = both_ways::<M>(bytes);
    let theirs = specification::rewritten(&message, bytes)
        .and_then(|bytes| DynamicMessage::decode(message.clone(), &bytes[..]).ok());
    let (read, theirs) = match (read, theirs) {
        (Ok(read), Some(theirs)) => (read, theirs),
        (Err(_), None) => return,
        (Ok(_), None) => panic!("{} is read and should be refused", M::NAME),
        (Err(error), Some(_)) => panic!("{} is refused and should be read: {error}", M::NAME),
    };
    let written = deterministic(&read);
    assert_eq!(written.len(), read.encoded_len(), "{}", M::NAME);
    let again = specification::rewritten(&message, &written).expect("what was written is well-formed");
    let again = DynamicMessage::decode(message, &again[..]).expect("what was written can be read");
    assert_eq!(shown::message(&again), shown::message(&theirs), "{}", M::NAME);
    // Twice the same: nothing is lost or moved by passing through.
    assert_eq!(deterministic(&both_ways::<M>(&written).expect("it is well-formed")), written);
    required_fields::<M>(bytes, &theirs);
}

/// Reads with and without a buffer that may be shared, which must make no difference.
fn both_ways<M: Message>(bytes: &[u8]) -> Result<M, DecodeError> {
    let options = DecodeOptions::new().partial(true);
    let copied = options.decode::<M>(bytes);
    let shared = options.decode_bytes::<M>(Bytes::copy_from_slice(bytes));
    let written = |read: &Result<M, DecodeError>| read.as_ref().map(deterministic).map_err(|error| *error);
    assert_eq!(written(&copied), written(&shared), "{}", M::NAME);
    copied
}

/// A message that lacks one is refused. The other way round not: one whose required fields come in two parts is
/// refused as well, which `Required` tells.
fn required_fields<M: Message + Debug>(bytes: &[u8], theirs: &DynamicMessage) {
    match M::decode(bytes) {
        Ok(_) => assert!(shown::is_complete(theirs), "{} lacks a required field", M::NAME),
        Err(error) => assert!(matches!(error, DecodeError::MissingRequired { .. }), "{}: {error}", M::NAME),
    }
}

fn deterministic<M: Message>(message: &M) -> Vec<u8> {
    EncodeOptions::new().deterministic(true).encode_to_vec(message)
}
