//! The testee of Google's conformance suite: reads messages by protocall's codec, as JSON or as text, and writes them
//! back. Its argument is the way through: none for the codec of generated messages, `tables` for the one that goes by
//! tables, `views`, or `dynamic` for messages that are known by their descriptors only.
//!
//! Started by the suite's runner (`tests/conformance/runner.sh`), which tests/tests/conformance.rs runs. A request is a
//! little-endian `u32` and that many bytes of a `ConformanceRequest`; the answer goes back the same way, until the end
//! of stdin.

use std::fmt::Display;
use std::io::{self, BufWriter, Read as _, Write};
use std::process::ExitCode;

use protocall::json::{JsonError, JsonReader, JsonWriter};
use protocall::text::{TextReader, TextWriter};
use protocall::{
    Bytes, DecodeError, DynamicMessage, EncodeOptions, Json, Message, MessageView, Reflect, Text, Viewable,
};

use schema::conformance::{
    ConformanceRequest, ConformanceResponse, FailureSet, TestCategory, WireFormat,
    conformance_request::Payload, conformance_response::Result as Answer,
};
use schema::protobuf_test_messages::{edition_unstable, editions, proto2, proto3};

/// The suite's own schemas, which the build script fetches.
mod schema {
    protocall::include_proto!(
        [
            "../.cache/conformance/proto/conformance/conformance.proto",
            "../.cache/conformance/proto/conformance/messages/test_messages_proto2.proto",
            "../.cache/conformance/proto/conformance/messages/test_messages_proto3.proto",
            "../.cache/conformance/proto/conformance/messages/test_messages_proto2_editions.proto",
            "../.cache/conformance/proto/conformance/messages/test_messages_proto3_editions.proto",
            "../.cache/conformance/proto/conformance/messages/test_messages_edition2023.proto",
            "../.cache/conformance/proto/conformance/messages/test_messages_edition_unstable.proto",
        ],
        include = ["../.cache/conformance/proto"],
        views = true,
        message_set = true,
    );
}

/// The same, with the codec that goes by tables.
mod small {
    protocall::include_proto!(
        [
            "../.cache/conformance/proto/conformance/messages/test_messages_proto2.proto",
            "../.cache/conformance/proto/conformance/messages/test_messages_proto3.proto",
            "../.cache/conformance/proto/conformance/messages/test_messages_proto2_editions.proto",
            "../.cache/conformance/proto/conformance/messages/test_messages_proto3_editions.proto",
            "../.cache/conformance/proto/conformance/messages/test_messages_edition2023.proto",
            "../.cache/conformance/proto/conformance/messages/test_messages_edition_unstable.proto",
        ],
        include = ["../.cache/conformance/proto"],
        code_size = true,
        message_set = true,
    );
    pub(crate) use protobuf_test_messages::*;
}

/// The messages that requests may name.
const EXAMINED: [Examined; 6] = [
    Examined::new::<proto2::TestAllTypesProto2, small::proto2::TestAllTypesProto2>(),
    Examined::new::<proto3::TestAllTypesProto3, small::proto3::TestAllTypesProto3>(),
    Examined::new::<editions::proto2::TestAllTypesProto2, small::editions::proto2::TestAllTypesProto2>(),
    Examined::new::<editions::proto3::TestAllTypesProto3, small::editions::proto3::TestAllTypesProto3>(),
    Examined::new::<editions::TestAllTypesEdition2023, small::editions::TestAllTypesEdition2023>(),
    Examined::new::<
        edition_unstable::TestAllTypesEditionUnstable,
        small::edition_unstable::TestAllTypesEditionUnstable,
    >(),
];

/// A message, and how it is read on each way.
struct Examined {
    name: &'static str,
    codec: Read,
    tables: Read,
    views: Read,
    dynamic: Read,
}

/// Reads a payload; otherwise what to answer.
type Read = fn(&Payload, lenient: bool) -> Result<Box<dyn Subject>, Answer>;

impl Examined {
    const fn new<M: Viewable + Json + Text, Small: Message + Json + Text>() -> Self {
        Self {
            name: M::NAME,
            codec: |payload, lenient| match payload {
                Payload::ProtobufPayload(bytes) => compared::<M, Small>(bytes),
                other => Ok(Box::new(Own(read::<M>(other, lenient)?))),
            },
            tables: |payload, lenient| Ok(Box::new(Own(read::<Small>(payload, lenient)?))),
            views: |payload, lenient| match payload {
                Payload::ProtobufPayload(bytes) => match M::View::decode(bytes) {
                    Ok(view) => Ok(Box::new(Viewed(view.to_message()))),
                    Err(error) => Err(refused(error)),
                },
                other => Ok(Box::new(Viewed(read::<M>(other, lenient)?))),
            },
            dynamic: |payload, lenient| {
                let known = M::default();
                let mut message = DynamicMessage::new(known.descriptor());
                match payload {
                    Payload::ProtobufPayload(bytes) => {
                        message = DynamicMessage::decode(known.descriptor(), bytes).map_err(refused)?;
                    }
                    Payload::JsonPayload(text) => json(lenient).merge(&mut message, text).map_err(refused)?,
                    Payload::TextPayload(text) => {
                        TextReader::new().merge(&mut message, text).map_err(refused)?
                    }
                    Payload::JspbPayload(_) => return Err(no_jspb()),
                }
                Ok(Box::new(message))
            },
        }
    }
}

fn refused(error: impl Display) -> Answer {
    Answer::ParseError(error.to_string())
}

fn no_jspb() -> Answer {
    Answer::Skipped("protocall has no JSPB".to_owned())
}

fn json(lenient: bool) -> JsonReader {
    JsonReader::new().ignore_unknown(lenient)
}

fn read<M: Message + Json + Text>(payload: &Payload, lenient: bool) -> Result<M, Answer> {
    match payload {
        Payload::ProtobufPayload(bytes) => M::decode(bytes).map_err(refused),
        Payload::JsonPayload(text) => json(lenient).read(text).map_err(refused),
        Payload::TextPayload(text) => M::from_text(text).map_err(refused),
        Payload::JspbPayload(_) => Err(no_jspb()),
    }
}

/// Decodes. There are three ways to: one copies `bytes` fields, one slices them, and a view borrows them; and `Small`
/// goes by tables. As the runner can only look at one answer, they are held against each other here.
fn compared<M: Viewable + Json, Small: Message>(payload: &Bytes) -> Result<Box<dyn Subject>, Answer> {
    let copied = M::decode(payload);
    let view = M::View::decode(payload);
    let encode_view = |view: &M::View<'_>| EncodeOptions::new().deterministic(true).encode_view_to_vec(view);
    let ways = [
        ("the codec by tables", written(&Small::decode(payload))),
        ("decode_bytes", written(&M::decode_bytes(payload.clone()))),
        ("a view", view.as_ref().map(&encode_view).map_err(|error| *error)),
        ("a view's message", written(&view.as_ref().map(MessageView::to_message).map_err(|error| *error))),
        ("a message's view", copied.as_ref().map(|it| encode_view(&M::View::of(it))).map_err(|error| *error)),
    ];
    let expected = written(&copied);
    if let Some((way, other)) = ways.iter().find(|(_, other)| *other != expected) {
        return Err(Answer::RuntimeError(format!("decode gives {expected:?}, and {way} {other:?}")));
    }
    copied.map(|message| Box::new(Own(message)) as Box<dyn Subject>).map_err(refused)
}

/// What was decoded, as bytes that are the same for equal messages.
fn written<M: Message>(decoded: &Result<M, DecodeError>) -> Result<Vec<u8>, DecodeError> {
    decoded
        .as_ref()
        .map(|message| EncodeOptions::new().deterministic(true).encode_to_vec(message))
        .map_err(|error| *error)
}

/// A message that was read, and is to be written.
trait Subject {
    fn message(&self) -> &dyn Reflect;

    fn encoded(&self) -> Answer;

    fn to_json(&self) -> Result<String, JsonError>;
}

/// Written by its own codec.
struct Own<M>(M);

/// Written by the codec of its view.
struct Viewed<M>(M);

impl<M: Message + Json> Subject for Own<M> {
    fn message(&self) -> &dyn Reflect {
        &self.0
    }

    fn encoded(&self) -> Answer {
        encoded(&self.0)
    }

    fn to_json(&self) -> Result<String, JsonError> {
        self.0.to_json()
    }
}

impl<M: Viewable + Json> Subject for Viewed<M> {
    fn message(&self) -> &dyn Reflect {
        &self.0
    }

    fn encoded(&self) -> Answer {
        Answer::ProtobufPayload(EncodeOptions::new().encode_view_to_vec(&M::View::of(&self.0)).into())
    }

    fn to_json(&self) -> Result<String, JsonError> {
        self.0.to_json()
    }
}

impl Subject for DynamicMessage {
    fn message(&self) -> &dyn Reflect {
        self
    }

    fn encoded(&self) -> Answer {
        Answer::ProtobufPayload(self.encode_to_vec().into())
    }

    fn to_json(&self) -> Result<String, JsonError> {
        JsonWriter::new().write(self)
    }
}

fn encoded<M: Message>(message: &M) -> Answer {
    let mut bytes = Vec::new();
    match message.encode(&mut bytes) {
        Ok(()) => Answer::ProtobufPayload(bytes.into()),
        Err(error) => Answer::SerializeError(error.to_string()),
    }
}

fn answer(request: &ConformanceRequest, way: Way) -> Answer {
    // The runner's first question: which tests are known to fail. None is.
    if request.message_type == FailureSet::NAME {
        return encoded(&FailureSet::default());
    }
    let Some(examined) = EXAMINED.iter().find(|examined| examined.name == request.message_type) else {
        return Answer::RuntimeError(format!("the testee has no message {}", request.message_type));
    };
    let Some(payload) = &request.payload else {
        return Answer::RuntimeError("the request has no payload".to_owned());
    };
    let lenient = request.test_category == TestCategory::JsonIgnoreUnknownParsingTest;
    let subject = match way(examined)(payload, lenient) {
        Ok(subject) => subject,
        Err(answer) => return answer,
    };
    match request.requested_output_format {
        WireFormat::Protobuf => subject.encoded(),
        WireFormat::Json => match subject.to_json() {
            Ok(text) => Answer::JsonPayload(text),
            Err(error) => Answer::SerializeError(error.to_string()),
        },
        WireFormat::TextFormat => {
            let writer = TextWriter::new().unknown_fields(request.print_unknown_fields);
            Answer::TextPayload(writer.write(subject.message()))
        }
        WireFormat::Jspb => no_jspb(),
        other => Answer::RuntimeError(format!("the request wants the format {other:?}")),
    }
}

/// What a message is read by.
type Way = fn(&Examined) -> Read;

fn way(name: Option<&str>) -> Option<Way> {
    Some(match name {
        None => |examined| examined.codec,
        Some("tables") => |examined| examined.tables,
        Some("views") => |examined| examined.views,
        Some("dynamic") => |examined| examined.dynamic,
        Some(_) => return None,
    })
}

/// The next request; `None` when stdin ends between two.
fn next(input: &mut impl io::Read) -> io::Result<Option<Bytes>> {
    let mut length = [0; 4];
    let got = input.read(&mut length)?;
    if got == 0 {
        return Ok(None);
    }
    input.read_exact(&mut length[got..])?;
    let length = u32::from_le_bytes(length);
    let mut request = Vec::new();
    input.take(length.into()).read_to_end(&mut request)?;
    if request.len() != length as usize {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "stdin ended inside a request"));
    }
    Ok(Some(request.into()))
}

fn serve(input: &mut impl io::Read, output: &mut impl Write, way: Way) -> io::Result<()> {
    while let Some(request) = next(input)? {
        let result = match ConformanceRequest::decode_bytes(request) {
            Ok(request) => answer(&request, way),
            Err(error) => Answer::RuntimeError(format!("the request itself cannot be read: {error}")),
        };
        let response = ConformanceResponse { result: Some(result), ..Default::default() }.encode_to_vec();
        let length = u32::try_from(response.len()).map_err(io::Error::other)?;
        output.write_all(&length.to_le_bytes())?;
        output.write_all(&response)?;
        output.flush()?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let argument = std::env::args().nth(1);
    let way = way(argument.as_deref()).ok_or_else(|| io::Error::other("no such way"));
    let (mut input, mut output) = (io::stdin().lock(), BufWriter::new(io::stdout().lock()));
    match way.and_then(|way| serve(&mut input, &mut output, way)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do where stderr is gone, too.
            let _ = writeln!(io::stderr(), "conformance: {error}");
            ExitCode::FAILURE
        }
    }
}
