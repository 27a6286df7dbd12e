//! One door to the three codecs, and the proof that each does its work: what it writes is read back by two others and
//! compared before anything is timed.

use std::fmt::Debug;
use std::hint::black_box;
use std::marker::PhantomData;
use std::time::{Duration, Instant};

use protocall::{MessageView, Viewable};

use crate::rounds::Operation;

/// What an implementation offers for one message type.
pub(crate) trait Codec {
    type Message;
    fn decode(bytes: &[u8]) -> Self::Message;
    /// As `decode`, unless the codec has views and is measured with them.
    fn decode_view(bytes: &[u8]) {
        black_box(Self::decode(bytes));
    }
    fn encode_to_vec(message: &Self::Message) -> Vec<u8>;
    /// Appends to `buffer`.
    fn encode(message: &Self::Message, buffer: &mut Vec<u8>);
}

pub(crate) struct Ours<M>(PhantomData<M>);
pub(crate) struct Prost<M>(PhantomData<M>);
pub(crate) struct Buffa<M>(PhantomData<M>);

impl<M: Viewable> Codec for Ours<M> {
    type Message = M;

    fn decode_view(bytes: &[u8]) {
        black_box(M::View::decode(bytes).expect("protocall decodes"));
    }

    fn decode(bytes: &[u8]) -> M {
        M::decode(bytes).expect("protocall decodes")
    }

    fn encode_to_vec(message: &M) -> Vec<u8> {
        message.encode_to_vec()
    }

    fn encode(message: &M, buffer: &mut Vec<u8>) {
        message.encode(buffer).expect("protocall encodes");
    }
}

impl<M: prost::Message + Default> Codec for Prost<M> {
    type Message = M;

    fn decode(bytes: &[u8]) -> M {
        M::decode(bytes).expect("prost decodes")
    }

    fn encode_to_vec(message: &M) -> Vec<u8> {
        message.encode_to_vec()
    }

    fn encode(message: &M, buffer: &mut Vec<u8>) {
        message.encode(buffer).expect("prost encodes");
    }
}

impl<M: buffa::Message> Codec for Buffa<M> {
    type Message = M;

    fn decode(bytes: &[u8]) -> M {
        M::decode_from_slice(bytes).expect("buffa decodes")
    }

    fn encode_to_vec(message: &M) -> Vec<u8> {
        message.encode_to_vec()
    }

    fn encode(message: &M, buffer: &mut Vec<u8>) {
        message.encode(buffer);
    }
}

/// A codec with a message to work on.
pub(crate) trait Subject {
    /// The time that an operation takes so many times over.
    fn run(&mut self, operation: Operation, times: u32) -> Duration;
}

/// A codec at work on one message.
pub(crate) struct Work<C: Codec> {
    bytes: Vec<u8>,
    message: C::Message,
    buffer: Vec<u8>,
}

impl<C: Codec> Work<C> {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let message = C::decode(bytes);
        Self { bytes: bytes.to_vec(), message, buffer: Vec::with_capacity(bytes.len()) }
    }

    /// What the codec makes of the message, by each way that is timed.
    fn outputs(&self) -> [Vec<u8>; 2] {
        let mut appended = Vec::new();
        C::encode(&self.message, &mut appended);
        [C::encode_to_vec(&self.message), appended]
    }
}

impl<C: Codec> Subject for Work<C> {
    fn run(&mut self, operation: Operation, times: u32) -> Duration {
        let start = Instant::now();
        match operation {
            Operation::Decode => (0..times).for_each(|_| {
                black_box(C::decode(black_box(&self.bytes)));
            }),
            Operation::View => (0..times).for_each(|_| C::decode_view(black_box(&self.bytes))),
            Operation::Fresh => (0..times).for_each(|_| {
                black_box(C::encode_to_vec(black_box(&self.message)));
            }),
            Operation::Reused => (0..times).for_each(|_| {
                self.buffer.clear();
                C::encode(black_box(&self.message), &mut self.buffer);
                black_box(&self.buffer);
            }),
        }
        start.elapsed()
    }
}

/// A message with everybody who works on it: prost, ours and buffa.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) bytes: usize,
    pub(crate) subjects: [Box<dyn Subject>; 3],
}

/// The message types of one shape.
pub(crate) struct Types<P, B>(PhantomData<(P, B)>);

impl<P, B> Types<P, B>
where
    P: prost::Message + Default + PartialEq + 'static,
    B: buffa::Message + Debug + 'static,
{
    /// `sample`, made by code, is what every codec must read and write. Panics where one does not.
    pub(crate) fn shape<O>(name: &'static str, sample: &O) -> Shape
    where
        O: Viewable + PartialEq + Debug,
    {
        let bytes = sample.encode_to_vec();
        let ours = Work::<Ours<O>>::new(&bytes);
        let prost = Work::<Prost<P>>::new(&bytes);
        let buffa = Work::<Buffa<B>>::new(&bytes);
        assert!(ours.message == *sample, "{name}: protocall does not read what it wrote");
        let view = O::View::decode(&bytes).expect("protocall decodes a view");
        assert!(view.to_message() == *sample, "{name}: the view is of another message");
        assert!(view.encode_to_vec().len() == bytes.len(), "{name}: the view writes another message");
        let outputs = [prost.outputs(), ours.outputs(), buffa.outputs()];
        for (codec, written) in ["prost", "protocall", "buffa"].iter().zip(&outputs) {
            for output in written {
                let whose = format!("{name}, written by {codec}");
                assert!(<Ours<O>>::decode(output) == *sample, "{whose}: protocall reads another message");
                assert!(<Prost<P>>::decode(output) == prost.message, "{whose}: prost reads another message");
                assert!(<Buffa<B>>::decode(output) == buffa.message, "{whose}: buffa reads another message");
            }
        }
        Shape { name, bytes: bytes.len(), subjects: [Box::new(prost), Box::new(ours), Box::new(buffa)] }
    }
}
