//! The testee of Google's conformance suite: reads messages by protocall's codec or as JSON, and writes them back.
//!
//! Started by the suite's runner (`tests/conformance/runner.sh`), which tests/tests/conformance.rs runs. A request is a
//! little-endian `u32` and that many bytes of a `ConformanceRequest`; the answer goes back the same way, until the end
//! of stdin.

use std::io::{self, BufWriter, Read, Write};
use std::process::ExitCode;

use protocall::json::{Json, JsonReader};
use protocall::{Bytes, DecodeError, EncodeOptions, Message, MessageView, Viewable};

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

/// A message and the way through its codec.
struct Examined {
    name: &'static str,
    answer: fn(&Bytes) -> Answer,
    to_json: fn(&Bytes) -> Answer,
    from_json: fn(&str, JsonReader, WireFormat) -> Answer,
}

impl Examined {
    const fn new<M: Viewable + Json, Small: Message>() -> Self {
        Self {
            name: M::NAME,
            answer: through_codec::<M, Small>,
            to_json: to_json::<M>,
            from_json: from_json::<M>,
        }
    }
}

fn to_json<M: Message + Json>(payload: &Bytes) -> Answer {
    match M::decode(payload) {
        Ok(message) => written_as_json(&message),
        Err(error) => Answer::ParseError(error.to_string()),
    }
}

fn written_as_json(message: &impl Json) -> Answer {
    match message.to_json() {
        Ok(text) => Answer::JsonPayload(text),
        Err(error) => Answer::SerializeError(error.to_string()),
    }
}

fn from_json<M: Message + Json>(text: &str, reader: JsonReader, wanted: WireFormat) -> Answer {
    match (reader.read::<M>(text), wanted) {
        (Err(error), _) => Answer::ParseError(error.to_string()),
        (Ok(message), WireFormat::Json) => written_as_json(&message),
        (Ok(message), _) => encoded(&message),
    }
}

/// Decodes and encodes. There are three ways to decode: one copies `bytes` fields, one slices them, and a view borrows
/// them; and `Small` goes by tables. As the runner can only look at one answer, they are held against each other here.
fn through_codec<M: Viewable, Small: Message>(payload: &Bytes) -> Answer {
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
        return Answer::RuntimeError(format!("decode gives {expected:?}, and {way} {other:?}"));
    }
    match copied {
        Ok(message) => encoded(&message),
        Err(error) => Answer::ParseError(error.to_string()),
    }
}

/// What was decoded, as bytes that are the same for equal messages.
fn written<M: Message>(decoded: &Result<M, DecodeError>) -> Result<Vec<u8>, DecodeError> {
    decoded
        .as_ref()
        .map(|message| EncodeOptions::new().deterministic(true).encode_to_vec(message))
        .map_err(|error| *error)
}

fn encoded<M: Message>(message: &M) -> Answer {
    let mut bytes = Vec::new();
    match message.encode(&mut bytes) {
        Ok(()) => Answer::ProtobufPayload(bytes.into()),
        Err(error) => Answer::SerializeError(error.to_string()),
    }
}

fn answer(request: &ConformanceRequest) -> Answer {
    // The runner's first question: which tests are known to fail. None is.
    if request.message_type == FailureSet::NAME {
        return encoded(&FailureSet::default());
    }
    match request.requested_output_format {
        WireFormat::Protobuf | WireFormat::Json => {}
        WireFormat::TextFormat => return Answer::Skipped("protocall writes no text format yet".to_owned()),
        WireFormat::Jspb => return Answer::Skipped("protocall has no JSPB".to_owned()),
        other => return Answer::RuntimeError(format!("the request wants the format {other:?}")),
    }
    let Some(examined) = EXAMINED.iter().find(|examined| examined.name == request.message_type) else {
        return Answer::RuntimeError(format!("the testee has no message {}", request.message_type));
    };
    match &request.payload {
        Some(Payload::ProtobufPayload(payload)) => match request.requested_output_format {
            WireFormat::Json => (examined.to_json)(payload),
            _ => (examined.answer)(payload),
        },
        Some(Payload::JsonPayload(text)) => {
            let lenient = request.test_category == TestCategory::JsonIgnoreUnknownParsingTest;
            let reader = JsonReader::new().ignore_unknown(lenient);
            (examined.from_json)(text, reader, request.requested_output_format)
        }
        Some(Payload::TextPayload(_)) => Answer::Skipped("protocall reads no text format yet".to_owned()),
        Some(Payload::JspbPayload(_)) => Answer::Skipped("protocall has no JSPB".to_owned()),
        None => Answer::RuntimeError("the request has no payload".to_owned()),
    }
}

/// The next request; `None` when stdin ends between two.
fn next(input: &mut impl Read) -> io::Result<Option<Bytes>> {
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

fn serve(input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    while let Some(request) = next(input)? {
        let result = match ConformanceRequest::decode_bytes(request) {
            Ok(request) => answer(&request),
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
    match serve(&mut io::stdin().lock(), &mut BufWriter::new(io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do where stderr is gone, too.
            let _ = writeln!(io::stderr(), "conformance: {error}");
            ExitCode::FAILURE
        }
    }
}
