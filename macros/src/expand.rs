//! The walk through all layers, from the tokens of a call to those of its output. Called by `lib.rs`, and by the fuzz
//! target that goes the same way without a compiler.

use std::env;
use std::path::Path;

use proc_macro2::TokenStream;

use crate::{emit, model, parse};

/// The walk: input, load, model, errors joined, emit.
pub(crate) fn expand(input: TokenStream, base: &Path, place: String) -> TokenStream {
    let call = match parse::call(input.clone()) {
        Ok(call) => call,
        Err(errors) => return emit::failure(errors),
    };
    if let Some(dep) = call.unasked() {
        return emit::ask(&output(&call, place), &dep.path, &input);
    }
    let (loaded, load_errors) = parse::load(&call, base);
    let (built, model_errors) = model::build(&loaded.files, &settings(&call));
    let mut errors = load_errors.join(model_errors);
    if !call.warnings {
        errors.silence();
    }
    let exported = || emit::Exported { files: loaded.exported(), types: built.exported };
    let read = emit::Read {
        tracked: &loaded.tracked,
        descriptors: &loaded.descriptor_set(),
        exported: call.export.then(exported),
    };
    emit::package(&output(&call, place), built.root, errors, &read)
}

fn settings(call: &parse::Call) -> model::Settings {
    model::Settings {
        externs: call.extern_path.iter().map(|entry| entry.proto.clone()).collect(),
        deps: call.deps.iter().map(made).collect(),
        export: call.export,
        only: call.only.clone(),
        except: call.except.clone(),
        derives: derives(call),
        attributes: call.attributes.iter().map(|entry| (entry.target, entry.which.clone())).collect(),
        unknown_fields: call.unknown_fields,
        strings: held(&call.strings),
        bytes: held(&call.bytes),
        views: call.views.clone(),
        btree_maps: call.btree_maps.clone(),
        boxed: call.boxed.clone(),
        view_requests: call.view_requests.clone(),
        client: call.client,
        server: call.server,
        code_size: call.code_size,
        message_set: call.message_set,
        unchecked_bytes: call.unchecked_bytes,
    }
}

fn held(entries: &[parse::Held]) -> Vec<(parse::Text, Option<parse::Holder>)> {
    entries.iter().map(|entry| (entry.which.clone(), entry.holder)).collect()
}

fn made(dep: &parse::Dep) -> model::Made {
    let which = parse::Text { value: dep.shown(), span: dep.span() };
    model::Made { which, types: dep.schema.as_ref().map(|it| it.types.clone()).unwrap_or_default() }
}

/// The entries of `derive`, whose traits are counted through, as in [`output`].
fn derives(call: &parse::Call) -> Vec<model::DeriveRule> {
    let mut places = 0_usize..;
    let rule = |entry: &parse::Derive| model::DeriveRule {
        which: entry.which.clone(),
        added: entry.added.iter().zip(places.by_ref()).map(|(it, place)| (place, it.name.clone())).collect(),
        removed: entry.removed.clone(),
    };
    call.derive.iter().map(rule).collect()
}

fn output(call: &parse::Call, place: String) -> emit::Call {
    emit::Call {
        spans: call.spans(),
        externs: call.extern_path.iter().map(|entry| entry.path.clone()).collect(),
        derives: call.derive.iter().flat_map(|entry| &entry.added).map(|it| it.path.clone()).collect(),
        attributes: call.attributes.iter().map(|entry| entry.attributes.clone()).collect(),
        visibility: call.visibility.clone(),
        runtime: call.runtime.clone(),
        deps: call.deps.iter().map(|dep| dep.path.clone()).collect(),
        place,
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
