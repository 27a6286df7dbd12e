//! A server tells what it serves: names, files by name, symbol and extension, and which questions have no answer; also
//! where the calls of `include_proto!` behind its services share files, or have files of one name.

use std::collections::HashMap;

use protocall::reflection::server_reflection_request::MessageRequest as Question;
use protocall::reflection::server_reflection_response::MessageResponse as Answer;
use protocall::reflection::{
    ExtensionRequest, ServerReflectionClient, ServerReflectionRequest, ServerReflectionResponse,
};
use protocall::well_known::FileDescriptorProto;
use protocall::{Code, DescriptorPool, Message, Reflect, Server};
use protocall_tests::echo::{EchoServer, Parrot, serve_with, within};
use tokio::sync::oneshot;

mod products {
    protocall::include_proto!(
        "../examples/proto/ecommerce/v1/product.proto",
        include = ["../examples/proto"]
    );
}
mod orders {
    protocall::include_proto!("../examples/proto/ecommerce/v1/order.proto", include = ["../examples/proto"]);
}
mod first {
    protocall::include_proto!(
        inline = r#"
            syntax = "proto2";
            package first.v1;
            message Base {
                oneof choice { string text = 1; bool flag = 2; }
                extensions 100 to 200;
            }
            enum Colour { RED = 0; }
            extend Base { optional string note = 120; }
            message Holder { extend Base { optional int32 inner = 110; } }
            message Plain {}
            service First { rpc Get(Base) returns (Base); }
        "#
    );
}
mod second {
    protocall::include_proto!(
        inline = r#"
            syntax = "proto3";
            package second.v1;
            message Word { string text = 1; }
            service Second { rpc Say(Word) returns (Word); }
        "#
    );
}

struct Silent;

impl products::ecommerce::v1::ProductService for Silent {}
impl orders::ecommerce::v1::OrderService for Silent {}
impl first::first::v1::First for Silent {}
impl second::second::v1::Second for Silent {}

fn server() -> Server {
    Server::new()
        .reflection()
        .service(second::second::v1::SecondServer::new(Silent))
        .service(products::ecommerce::v1::ProductServiceServer::new(Silent))
        .service(orders::ecommerce::v1::OrderServiceServer::new(Silent))
        .service(first::first::v1::FirstServer::new(Silent))
        .health()
}

/// All questions on one stream.
async fn responses(
    client: ServerReflectionClient,
    questions: Vec<Option<Question>>,
) -> Vec<ServerReflectionResponse> {
    let (mut requests, mut responses) = client.server_reflection_info().open();
    let mut all = Vec::new();
    for message_request in questions {
        let host = "shop.test".to_owned();
        let request = ServerReflectionRequest { host, message_request, ..Default::default() };
        within(requests.send(request.clone())).await.expect("the stream is open");
        let response = within(responses.next()).await.expect("there is no failure").expect("one for each");
        assert_eq!(response.valid_host, "shop.test");
        assert_eq!(response.original_request, Some(request));
        all.push(response);
    }
    requests.finish();
    let last = within(responses.next()).await.expect("there is no failure");
    assert_eq!(last, None, "the stream ends with the questions");
    all
}

async fn answers(questions: impl IntoIterator<Item = Question>) -> Vec<Answer> {
    let questions = questions.into_iter().map(Some).collect();
    let responses = responses(server().local().into(), questions).await;
    responses.into_iter().map(|response| response.message_response.expect("an answer")).collect()
}

async fn answer(question: Question) -> Answer {
    answers([question]).await.remove(0)
}

/// The files of an answer.
fn files(answer: &Answer) -> Vec<FileDescriptorProto> {
    let Answer::FileDescriptorResponse(files) = answer else { panic!("no files: {answer:?}") };
    let decoded = files.file_descriptor_proto.iter().map(|file| FileDescriptorProto::decode(file));
    decoded.map(|file| file.expect("a file")).collect()
}

fn names(files: &[FileDescriptorProto]) -> Vec<&str> {
    files.iter().map(|file| file.name()).collect()
}

fn symbol(name: &str) -> Question {
    Question::FileContainingSymbol(name.to_owned())
}

fn extension(message: &str, extension_number: i32) -> Question {
    let containing_type = message.to_owned();
    let request = ExtensionRequest { containing_type, extension_number, ..Default::default() };
    Question::FileContainingExtension(request)
}

/// What is in the files of an answer, by its first one, which must be sound together with the rest.
fn pool(answer: &Answer) -> DescriptorPool {
    let Answer::FileDescriptorResponse(files) = answer else { panic!("no files: {answer:?}") };
    // A set of files has them in a field of the same number.
    DescriptorPool::decode(&files.encode_to_vec()).expect("the files are complete")
}

#[tokio::test]
async fn all_services_are_listed() {
    let Answer::ListServicesResponse(list) = answer(Question::ListServices("*".to_owned())).await else {
        panic!("no list");
    };
    let names: Vec<_> = list.service.iter().map(|service| &*service.name).collect();
    let wanted = [
        "ecommerce.v1.OrderService",
        "ecommerce.v1.ProductService",
        "first.v1.First",
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
        "second.v1.Second",
    ];
    assert_eq!(names, wanted);
}

#[tokio::test]
async fn whatever_is_declared_leads_to_its_file_and_to_what_that_imports() {
    for name in [
        "ecommerce.v1.OrderService",
        "ecommerce.v1.OrderService.GetOrder",
        "ecommerce.v1.Order",
        "ecommerce.v1.Order.total_amount",
        "ecommerce.v1.Order.discount",
        "ecommerce.v1.Order.Status",
        "ecommerce.v1.Order.MetadataEntry",
    ] {
        let found = answer(symbol(name)).await;
        let files = files(&found);
        assert_eq!(files[0].name(), "ecommerce/v1/order.proto", "{name}");
        let mut imports = names(&files[1..]);
        imports.sort_unstable();
        let wanted = ["duration", "empty", "timestamp"].map(|file| format!("google/protobuf/{file}.proto"));
        assert_eq!(imports, wanted, "{name}");
        assert!(pool(&found).service("ecommerce.v1.OrderService").is_some());
    }
    for (name, file) in [
        ("ecommerce.v1.Order.STATUS_PENDING", "ecommerce/v1/order.proto"),
        ("ecommerce.v1.ProductService", "ecommerce/v1/product.proto"),
        ("google.protobuf.Timestamp", "google/protobuf/timestamp.proto"),
        ("grpc.health.v1.Health.Watch", "grpc/health/v1/health.proto"),
        ("grpc.reflection.v1alpha.ServerReflection", "grpc/reflection/v1alpha/reflection.proto"),
    ] {
        assert_eq!(files(&answer(symbol(name)).await)[0].name(), file, "{name}");
        let by_name = answer(Question::FileByFilename(file.to_owned())).await;
        assert_eq!(files(&by_name)[0].name(), file);
    }
}

#[tokio::test]
async fn a_stream_gets_an_import_once_and_what_it_asks_for_always() {
    let asked = ["ecommerce.v1.Order", "ecommerce.v1.Product", "ecommerce.v1.Order", "google.protobuf.Empty"];
    let found: Vec<_> = answers(asked.map(symbol)).await.iter().map(files).collect();
    assert_eq!(names(&found[0]).len(), 4);
    let again: Vec<_> = names(&found[1]).into_iter().filter(|name| names(&found[0]).contains(name)).collect();
    assert_eq!(again, [""; 0], "what both import was sent before");
    assert_eq!(names(&found[2]), ["ecommerce/v1/order.proto"]);
    assert_eq!(names(&found[3]), ["google/protobuf/empty.proto"]);
}

#[tokio::test]
async fn files_of_one_name_that_differ_are_both_there() {
    let found = answers(["first.v1.First", "second.v1.Second"].map(symbol)).await;
    let by_symbol: HashMap<_, _> = found
        .iter()
        .map(|found| files(found).remove(0))
        .map(|file| (file.package().to_owned(), file))
        .collect();
    let (first, second) = (&by_symbol["first.v1"], &by_symbol["second.v1"]);
    assert_ne!(first.name(), second.name(), "whoever keeps them by their names keeps both");
    for file in [first, second] {
        let again = answer(Question::FileByFilename(file.name().to_owned())).await;
        assert_eq!(&files(&again)[0], file);
    }
}

#[tokio::test]
async fn importers_follow_a_file_that_got_another_name() {
    let set = |text: &str| {
        let message = |name: &str| format!("\u{22}\u{3}\u{a}\u{1}{name}");
        let common = format!("\u{a}\u{7}c.proto{}", message(text));
        let user = format!("\u{a}\u{7}u.proto\u{1a}\u{7}c.proto{}", message("U"));
        let part = |file: &str| format!("\u{a}{}{file}", char::from(file.len() as u8));
        // The importer first: sets of others need not be in order.
        DescriptorPool::decode([part(&user), part(&common)].concat().as_bytes()).expect("a set")
    };
    let pools = [set("A"), set("B"), set("B")];
    let client = ServerReflectionClient::from(Server::new().reflection_with(&pools).local());
    let question = |name: &str| Some(Question::FileByFilename(name.to_owned()));
    let asked = ["u.proto", "u-2.proto", "c.proto", "c-2.proto", "u-3.proto", "c-3.proto"];
    let found = responses(client, asked.iter().map(|name| question(name)).collect()).await;
    let found: Vec<_> = found.into_iter().filter_map(|response| response.message_response).collect();
    for (place, (importer, import, message)) in
        [("u.proto", "c.proto", "A"), ("u-2.proto", "c-2.proto", "B")].into_iter().enumerate()
    {
        let files = files(&found[place]);
        assert_eq!(names(&files), [importer, import]);
        assert_eq!(files[0].dependency, [import]);
        assert_eq!(files[1].message_type[0].name(), message);
        assert!(pool(&found[place]).message("U").is_some(), "they fit each other");
    }
    assert_eq!(names(&files(&found[2])), ["c.proto"]);
    assert_eq!(names(&files(&found[3])), ["c-2.proto"]);
    for third in &found[4..] {
        assert!(matches!(third, Answer::ErrorResponse(_)), "two sets that are alike are one: {third:?}");
    }
}

#[tokio::test]
async fn extensions_are_found_by_message_and_number() {
    for (number, name) in [(120, "first.v1.note"), (110, "first.v1.Holder.inner")] {
        let found = answer(extension("first.v1.Base", number)).await;
        assert_eq!(pool(&found).extension(name).map(|found| found.number()), Some(number as u32));
        assert_eq!(files(&answer(symbol(name)).await), files(&found));
    }
    for (message, wanted) in [("first.v1.Base", vec![110, 120]), ("first.v1.Plain", Vec::new())] {
        let Answer::AllExtensionNumbersResponse(found) =
            answer(Question::AllExtensionNumbersOfType(message.to_owned())).await
        else {
            panic!("no numbers of {message}");
        };
        assert_eq!((&*found.base_type_name, found.extension_number), (message, wanted));
    }
}

#[tokio::test]
async fn what_is_not_there_is_answered_so_and_the_stream_goes_on() {
    let numbers = |name: &str| Question::AllExtensionNumbersOfType(name.to_owned());
    let questions = vec![
        Some(symbol("first.v1.Nothing")),
        Some(symbol("")),
        Some(symbol("ecommerce.v1")),
        Some(symbol("ecommerce.v1.Order.Status.STATUS_PENDING")),
        Some(Question::FileByFilename("order.proto".to_owned())),
        Some(extension("first.v1.Base", 130)),
        Some(extension("first.v1.Nothing", 120)),
        Some(numbers("first.v1.Nothing")),
        Some(numbers("first.v1.First")),
        None,
    ];
    let last = questions.len() - 1;
    let found = responses(server().local().into(), questions).await;
    for (place, response) in found.into_iter().enumerate() {
        let Some(Answer::ErrorResponse(error)) = &response.message_response else {
            panic!("an answer to {response:?}");
        };
        let wanted = if place == last { Code::InvalidArgument } else { Code::NotFound };
        assert_eq!(error.error_code, wanted as i32, "{response:?}");
        assert!(!error.error_message.is_empty());
    }
}

#[tokio::test]
async fn files_of_other_messages_are_told_where_they_are_given() {
    let pool = protocall::well_known::Any::default();
    let pools = [pool.descriptor().pool()];
    let question = || vec![Some(symbol("google.protobuf.Type"))];
    for (server, is_known) in
        [(Server::new().reflection_with(pools), true), (Server::new().reflection(), false)]
    {
        let found = responses(server.local().into(), question()).await.remove(0);
        let has_files = matches!(found.message_response, Some(Answer::FileDescriptorResponse(_)));
        assert_eq!(has_files, is_known, "{found:?}");
    }
}

#[tokio::test]
async fn without_it_a_server_tells_nothing() {
    let client = ServerReflectionClient::from(Server::new().service(EchoServer::new(Parrot)).local());
    let (_requests, mut responses) = client.server_reflection_info().open();
    let status = within(responses.next()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
}

#[tokio::test]
async fn a_server_that_drains_does_not_wait_for_who_asks_no_more() {
    let (stop, stopped) = oneshot::channel();
    let server = Server::new().reflection().shutdown(async { drop(stopped.await) });
    let served = serve_with(server, Parrot).await;
    let client = ServerReflectionClient::from(served.channel());
    let (mut requests, mut responses) = client.server_reflection_info().open();
    let request =
        ServerReflectionRequest { message_request: Some(symbol("test.v1.Echo")), ..Default::default() };
    within(requests.send(request)).await.unwrap();
    assert!(within(responses.next()).await.unwrap().is_some());
    stop.send(()).unwrap();
    assert_eq!(within(responses.next()).await.unwrap_err().code(), Code::Unavailable);
    within(served.stopped()).await;
}
