//! Services: the names of their trait, client, server and methods, and the shape of every call.
//!
//! `model::package` builds the services of the files that the call names.

use std::collections::HashSet;

use prost_types::method_options::IdempotencyLevel;
use prost_types::{MethodDescriptorProto, ServiceDescriptorProto};

use super::field::Surroundings;
use super::scope::{TypePath, module_name};
use super::{comment, name};

/// Names that the generated client has already; those of `Into` and `TryInto` take a value, so they would be found first.
const TAKEN: [&str; 7] = ["clone", "connect", "from_tower", "intercept", "into", "local", "try_into"];

/// A service.
#[derive(Debug)]
pub(crate) struct Service {
    /// The trait; `Server` and `Client` are added to its plain form for the two types.
    pub(crate) ident: String,
    pub(crate) server: String,
    pub(crate) client: String,
    /// The module of its constants.
    pub(crate) module: String,
    pub(crate) full_name: String,
    pub(crate) methods: Vec<Method>,
    pub(crate) doc: String,
    pub(crate) deprecated: bool,
    pub(crate) blame: usize,
}

/// A method of a service.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) ident: String,
    /// The static in the service's module.
    pub(crate) constant: String,
    pub(crate) proto_name: String,
    pub(crate) shape: CallShape,
    /// The variant of the runtime's `Idempotency`, where the schema says any.
    pub(crate) idempotency: Option<&'static str>,
    /// Whether an implementation takes the view of its request.
    pub(crate) by_view: bool,
    pub(crate) request: TypePath,
    pub(crate) reply: TypePath,
    pub(crate) doc: String,
    pub(crate) deprecated: bool,
}

/// Which of the two sides is a stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CallShape {
    Unary,
    ClientStream,
    ServerStream,
    Bidi,
}

impl CallShape {
    fn new(method: &MethodDescriptorProto) -> Self {
        match (method.client_streaming(), method.server_streaming()) {
            (false, false) => Self::Unary,
            (true, false) => Self::ClientStream,
            (false, true) => Self::ServerStream,
            (true, true) => Self::Bidi,
        }
    }
}

/// Where a service stands.
#[derive(Clone, Copy)]
pub(crate) struct ServiceSite<'a> {
    pub(crate) path: &'a [i32],
    pub(crate) full_name: &'a str,
    pub(crate) module: &'a [String],
    /// The types and modules of that module.
    pub(crate) types: &'a HashSet<String>,
}

impl Service {
    pub(crate) fn new(
        around: &Surroundings<'_>,
        service: &ServiceDescriptorProto,
        site: &ServiceSite<'_>,
    ) -> Self {
        let source = &around.file.source;
        let names = service.method.iter().map(|method| name::member(method.name())).collect();
        let idents = name::distinct(names, &TAKEN);
        let constants = name::distinct(idents.iter().map(|ident| constant(ident)).collect(), &["NAME"]);
        let mut methods = Vec::new();
        let named = idents.into_iter().zip(constants);
        for ((method, (ident, constant)), index) in service.method.iter().zip(named).zip(0..) {
            methods.push(Method {
                constant,
                ident,
                proto_name: method.name().to_owned(),
                shape: CallShape::new(method),
                idempotency: idempotency(method),
                by_view: false,
                request: around.scope.path(method.input_type(), site.module),
                reply: around.scope.path(method.output_type(), site.module),
                doc: comment::doc(source, &[site.path, &[2, index]].concat()),
                deprecated: method.options.as_ref().is_some_and(|options| options.deprecated()),
            });
        }
        let ident = name::escaped(service.name());
        let plain = service.name();
        let taken = |name: &str| site.types.contains(name);
        Self {
            server: name::free(format!("{plain}Server"), taken),
            client: name::free(format!("{plain}Client"), taken),
            module: module_name(plain, site.types),
            ident,
            full_name: site.full_name.to_owned(),
            methods,
            doc: comment::type_doc(source, site.path, site.full_name),
            deprecated: service.options.as_ref().is_some_and(|options| options.deprecated()),
            blame: around.file.blame,
        }
    }
}

fn idempotency(method: &MethodDescriptorProto) -> Option<&'static str> {
    match method.options.as_ref()?.idempotency_level() {
        IdempotencyLevel::IdempotencyUnknown => None,
        IdempotencyLevel::NoSideEffects => Some("NoSideEffects"),
        IdempotencyLevel::Idempotent => Some("Idempotent"),
    }
}

/// `get_order` -> `GET_ORDER`.
fn constant(ident: &str) -> String {
    ident.trim_start_matches("r#").to_uppercase()
}
