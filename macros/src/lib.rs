//! The macros of [protocall](https://docs.rs/protocall): `.proto` files become Rust where they are used.
//!
//! Use them through the `protocall` crate, which generated code needs in any case. Inside, three layers follow each
//! other: `parse` reads files into linked descriptors, `model` decides what they become, `emit` spells it. A file
//! imports only from layers above it; `expand` is the walk through all of them.

mod emit;
mod error;
mod model;
mod parse;
#[cfg(test)]
#[path = "../tests/walk/output.rs"]
mod walk;

use std::env;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

/// Compiles `.proto` files into messages, enums and services.
///
/// ```ignore
/// protocall::include_proto!("proto/shop/v1/shop.proto");
///
/// protocall::include_proto!(
///     ["proto/shop/v1/product.proto", "proto/shop/v1/order.proto"],
///     include = ["proto", "third_party"],
///     extern_path = [("google.type", ::gtypes::google::r#type)],
///     views = ["shop.v1.Order"],
///     client = true,
///     server = false
/// );
///
/// protocall::include_proto!(inline = r#"syntax = "proto3"; message Ping { string text = 1; }"#);
/// ```
///
/// Paths are relative to the directory of `Cargo.toml`. Modules follow the packages, and what is nested in a message
/// `Order` lives in `mod order`. Import roots are those of `include`; without it, the directory above the package's
/// path, else `proto`, else the file's own directory. The files of `google/protobuf` need no root.
/// `client = false` and `server = false` leave that side of the services out; `extern_path` maps packages or types to
/// Rust paths that exist already.
///
/// `views = true`, or a list of messages and packages, adds a view `OrderView<'a>` to those messages and to all that
/// they hold: a struct with `&str` and `&[u8]` fields that borrow from the bytes it was decoded from. `view_requests`
/// is a list of methods and services, `"shop.v1.Shop.Get"` or `"shop.v1.Shop"`, whose implementations then take the
/// view of their request, over the buffer of the call; it brings the views along. A method whose requests are a stream
/// takes them as messages in any case.
///
/// `code_size = true`, or `option optimize_for = CODE_SIZE;` in a file, lets messages share one codec that goes by tables:
/// less code, which takes less time to compile, and slower. The results are the same.
///
/// `message_set = true` lets messages have the wire format of message sets (`option message_set_wire_format = true`), an
/// ancestor of extensions that old schemas still use; without it such a message is an error. Its extensions are read and
/// set by their keys as all others are, and those that no key names are kept.
///
/// Every `string` is a `String`, and text that is not UTF-8 is an error of decoding: also where the schema does not ask
/// for the check, as in proto2 and with `features.utf8_validation = NONE`. `unchecked_strings = "bytes"` makes `Bytes` of
/// those strings, be they fields, keys or values of maps, members of oneofs or extensions, and whatever they hold passes
/// through; `"string"` is the usual way.
///
/// `warnings = false` keeps silent about imports that nothing uses, which are mentioned for the files of the call.
///
/// `debug = true`, or `PROTOCALL_DEBUG=1` in the environment for all calls, writes the expansion, formatted, to
/// `target/debug/protocall` and includes it from there: errors of the compiler and debuggers then point at lines that
/// can be read.
#[doc = include_str!("names.md")]
#[proc_macro]
pub fn include_proto(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let base = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    expand(input.into(), &base).into()
}

/// Runs an `async fn main` on protocall's runtime. A crate that knows protocall by another name says which:
/// `#[rpc::main(crate = ::rpc)]`.
#[proc_macro_attribute]
pub fn main(arguments: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    emit::entry(arguments.into(), item.into()).into()
}

/// The walk: input, load, model, errors joined, emit.
fn expand(input: TokenStream, base: &Path) -> TokenStream {
    let call = match parse::call(input) {
        Ok(call) => call,
        Err(errors) => return emit::failure(errors),
    };
    let (loaded, load_errors) = parse::load(&call, base);
    let (root, model_errors) = model::build(&loaded.files, &settings(&call));
    let mut errors = load_errors.join(model_errors);
    if !call.warnings {
        errors.silence();
    }
    let read = emit::Read { tracked: &loaded.tracked, descriptors: &loaded.descriptor_set() };
    emit::package(&output(&call), root, errors, &read)
}

fn settings(call: &parse::Call) -> model::Settings {
    model::Settings {
        externs: call.extern_path.iter().map(|entry| entry.proto.clone()).collect(),
        views: call.views.clone(),
        view_requests: call.view_requests.clone(),
        client: call.client,
        server: call.server,
        code_size: call.code_size,
        message_set: call.message_set,
        unchecked_bytes: call.unchecked_bytes,
    }
}

fn output(call: &parse::Call) -> emit::Call {
    emit::Call {
        spans: call.spans(),
        externs: call.extern_path.iter().map(|entry| entry.path.clone()).collect(),
        runtime: call.runtime.clone(),
        client: call.client,
        server: call.server,
        debug: debug(call),
    }
}

/// What the file with the expansion is called, where the call or the environment asks for one: the crate and the schema.
fn debug(call: &parse::Call) -> Option<String> {
    let wanted =
        call.debug || env::var_os("PROTOCALL_DEBUG").is_some_and(|value| !value.is_empty() && value != "0");
    let schema = call.files.first().map_or("inline", |file| &file.value);
    let schema = schema.rsplit(['/', '\\']).next().unwrap_or(schema).trim_end_matches(".proto");
    wanted.then(|| format!("{}-{schema}", env::var("CARGO_CRATE_NAME").unwrap_or_default()))
}
