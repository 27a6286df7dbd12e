//! Messages of all kinds and shapes: every way to encode gives the same bytes, every way to decode the same message.

use std::fmt::Debug;

use bytes::buf::Chain;
use bytes::{BufMut, Bytes, BytesMut};
use protocall::{DecodeOptions, EncodeError, EncodeOptions, Message};

use crate::draw::{Draw, draw};
use crate::noise::Noise;
use crate::schema::ours::{kinds::v1, legacy};

const EXAMINED: [fn(&mut Noise); 8] = [
    examine::<v1::Plain>,
    examine::<v1::Explicit>,
    examine::<v1::Lists>,
    examine::<v1::Unpacked>,
    examine::<v1::Choice>,
    examine::<v1::Maps>,
    examine::<v1::Tree>,
    examine::<legacy::v1::Record>,
];

/// What the target does with an input.
pub fn run(data: &[u8]) {
    let mut noise = Noise::new(data);
    EXAMINED[usize::from(noise.byte()) % EXAMINED.len()](&mut noise);
}

fn examine<M: Message + Draw + Clone + Debug>(noise: &mut Noise) {
    let message: M = draw(noise);
    // The order of a map's entries is free, but it does not change from one look at the same map to the next.
    let bytes = message.encode_to_vec();
    assert_eq!(message.encoded_len(), bytes.len());
    assert_eq!(message.encode_to_bytes(), bytes);
    into_buffers(&message, &bytes, noise);
    too_small(&message, &bytes, noise);
    let sorted = deterministic(&message);
    assert_eq!(sorted.len(), bytes.len());
    assert_eq!(deterministic(&message.clone()), sorted);
    for read in decoded::<M>(&bytes, noise).into_iter().chain(decoded(&sorted, noise)) {
        assert_eq!(deterministic(&read), sorted);
    }
    merged(&message, &draw(noise));
}

fn deterministic<M: Message>(message: &M) -> Vec<u8> {
    EncodeOptions::new().deterministic(true).encode_to_vec(message)
}

/// Buffers with something in them, with as much room as is needed, and with chunks that end anywhere.
fn into_buffers<M: Message>(message: &M, bytes: &[u8], noise: &mut Noise) {
    let head = noise.slice();
    let mut behind = head.clone();
    message.encode(&mut behind).expect("a vector grows");
    assert_eq!(behind, [&head[..], bytes].concat());
    let mut behind = BytesMut::with_capacity(usize::from(noise.byte()));
    behind.extend_from_slice(&head);
    message.encode(&mut behind).expect("it grows");
    assert_eq!(behind, [&head[..], bytes].concat());
    let mut limited = Vec::new().limit(bytes.len());
    message.encode(&mut limited).expect("it fits exactly");
    assert_eq!((limited.remaining_mut(), &limited.into_inner()[..]), (0, bytes));
    let mut rooms = vec![0; bytes.len() + usize::from(noise.byte())];
    let cut = |noise: &mut Noise| (noise.number() % (bytes.len() as u64 + 1)) as usize;
    let (mut cuts, room) = ([cut(noise), cut(noise), cut(noise)], rooms.len());
    cuts.sort();
    message.encode(&mut chunks(&mut rooms, cuts)).expect("it fits");
    let (written, rest) = rooms.split_at(bytes.len());
    assert_eq!(written, bytes);
    assert_eq!(rest, vec![0; room - bytes.len()], "nothing is written behind the message");
}

type Chunk<'a> = &'a mut [u8];

/// One buffer of four chunks, of which some may be empty.
fn chunks(
    room: Chunk<'_>,
    cuts: [usize; 3],
) -> Chain<Chunk<'_>, Chain<Chunk<'_>, Chain<Chunk<'_>, Chunk<'_>>>> {
    let (room, fourth) = room.split_at_mut(cuts[2]);
    let (room, third) = room.split_at_mut(cuts[1]);
    let (first, second) = room.split_at_mut(cuts[0]);
    first.chain_mut(second.chain_mut(third.chain_mut(fourth)))
}

fn too_small<M: Message>(message: &M, bytes: &[u8], noise: &mut Noise) {
    if bytes.is_empty() {
        return;
    }
    let remaining = (noise.number() % bytes.len() as u64) as usize;
    let mut room = vec![0xa5; remaining];
    let refused = message.encode(&mut &mut room[..]);
    assert_eq!(refused, Err(EncodeError::InsufficientCapacity { required: bytes.len(), remaining }));
    assert_eq!(room, vec![0xa5; remaining], "nothing is written");
}

/// The message by each way to read it.
fn decoded<M: Message>(bytes: &[u8], noise: &mut Noise) -> [M; 5] {
    let options = DecodeOptions::new();
    let whole = [&noise.slice(), bytes, &noise.slice()].concat();
    let start = whole.windows(bytes.len().max(1)).position(|part| part == bytes).unwrap_or(0);
    let part = Bytes::from(whole).slice(start..start + bytes.len());
    let mut merged = M::default();
    merged.merge(bytes).expect("it was written by us");
    [
        M::decode(bytes).expect("it was written by us"),
        M::decode_bytes(part.clone()).expect("it was written by us"),
        options.decode(bytes).expect("it was written by us"),
        options.decode_bytes(part).expect("it was written by us"),
        merged,
    ]
}

/// To merge is to read one behind the other.
fn merged<M: Message>(first: &M, second: &M) {
    let (one, other) = (first.encode_to_vec(), second.encode_to_vec());
    let mut merged = M::decode(&one).expect("it was written by us");
    merged.merge(&other).expect("it was written by us");
    let joined = M::decode(&[one, other].concat()).expect("it was written by us");
    assert_eq!(deterministic(&merged), deterministic(&joined));
}
