//! Extensions: read and written as the same fields of a message are that has them as its own. Called by `decode`, as
//! one of the messages that it examines; the twin is held against prost-reflect by itself.

use protocall::{DecodeError, EncodeOptions, Extendable, Message};

use crate::schema::ours::extended::v1::*;

pub(crate) fn examine(bytes: &[u8]) {
    let read = Extended::decode(bytes).and_then(|extended| Ok((twin_of(&extended)?, extended)));
    let twin = Twin::decode(bytes);
    let (of_extensions, twin, extended) = match (read, twin) {
        (Ok((of_extensions, extended)), Ok(twin)) => (of_extensions, twin, extended),
        (Err(_), Err(_)) => return,
        (read, twin) => panic!("as extensions {read:?}, as fields {twin:?}"),
    };
    assert_eq!(written(&of_extensions), written(&without_unknown(&twin)));
    assert_eq!(extended.encoded_len(), extended.encode_to_vec().len());
    let again = Twin::decode(&extended_of(&twin).encode_to_vec()).expect("it is well-formed");
    assert_eq!(written(&again), written(&without_unknown(&twin)));
}

fn written<M: Message>(message: &M) -> Vec<u8> {
    EncodeOptions::new().deterministic(true).encode_to_vec(message)
}

fn without_unknown(twin: &Twin) -> Twin {
    Twin { unknown_fields: Default::default(), ..twin.clone() }
}

/// `each!(READ)`: the fields of the twin and the keys of the extensions.
macro_rules! each {
    ($with:ident) => {
        $with! {
            number: NUMBER, signed: SIGNED, ratio: RATIO, on: ON, text: TEXT, blob: BLOB, part: PART, size: SIZE,
            numbers: NUMBERS, singles: SINGLES, texts: TEXTS, parts: PARTS, sizes: SIZES, packed_sizes: PACKED_SIZES
        }
    };
}

fn twin_of(extended: &Extended) -> Result<Twin, DecodeError> {
    macro_rules! read {
        ($($field:ident: $key:ident),*) => {
            Twin { $($field: extended.extension(&$key)?,)* ..Default::default() }
        };
    }
    let mut twin = each!(read);
    twin.block = extended
        .extension(&BLOCK)?
        .map(|block| twin::Block { inside: block.inside, unknown_fields: block.unknown_fields });
    Ok(twin)
}

fn extended_of(twin: &Twin) -> Extended {
    let mut extended = Extended::default();
    macro_rules! set {
        ($($field:ident: $key:ident),*) => { $(extended.set_extension(&$key, &twin.$field);)* };
    }
    each!(set);
    let block = twin.block.clone();
    let block = block.map(|block| Block { inside: block.inside, unknown_fields: block.unknown_fields });
    extended.set_extension(&BLOCK, &block);
    extended
}
