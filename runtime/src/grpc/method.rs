//! What is known of a method before it is called. Made by generated code, used by both sides.

/// Which side of a call streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// One request, one reply.
    Unary,
    /// Many requests, one reply.
    ClientStream,
    /// One request, many replies.
    ServerStream,
    /// Many requests, many replies, each side at its own pace.
    Bidi,
}

/// What calling a method twice does, by the schema's `option idempotency_level`.
///
/// ```
/// mod schema {
///     protocall::include_proto!(inline = r#"
///         syntax = "proto3";
///         message Ping {}
///         service Store {
///             rpc Read(Ping) returns (Ping) { option idempotency_level = NO_SIDE_EFFECTS; }
///             rpc Clear(Ping) returns (Ping) { option idempotency_level = IDEMPOTENT; }
///             rpc Add(Ping) returns (Ping);
///         }
///     "#);
/// }
/// use protocall::Idempotency;
/// use schema::store;
///
/// assert_eq!(store::READ.idempotency(), Idempotency::NoSideEffects);
/// assert_eq!(store::CLEAR.idempotency(), Idempotency::Idempotent);
/// assert_eq!(store::ADD.idempotency(), Idempotency::Unknown);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Idempotency {
    /// The schema does not say: a second call may do more than the first.
    #[default]
    Unknown,
    /// A call changes nothing, as a read.
    NoSideEffects,
    /// A call changes something, and the same call again changes nothing more.
    Idempotent,
}

/// A method of a service, as the schema declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Method {
    path: &'static str,
    shape: Shape,
    idempotency: Idempotency,
}

impl Method {
    /// The method that is called at `path`, `/shop.v1.Shop/GetProduct`.
    pub const fn new(path: &'static str, shape: Shape) -> Self {
        Self { path, shape, idempotency: Idempotency::Unknown }
    }

    /// This method, with what its schema says of a second call.
    #[must_use]
    pub const fn with_idempotency(self, idempotency: Idempotency) -> Self {
        Self { idempotency, ..self }
    }

    /// Where HTTP finds it: `/shop.v1.Shop/GetProduct`.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Which side streams.
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// What calling it twice does.
    pub const fn idempotency(&self) -> Idempotency {
        self.idempotency
    }

    /// The full name of the service: `shop.v1.Shop`.
    pub fn service(&self) -> &'static str {
        self.path.trim_start_matches('/').rsplit_once('/').map_or("", |(service, _)| service)
    }

    /// The name in the service: `GetProduct`.
    pub fn name(&self) -> &'static str {
        self.path.rsplit_once('/').map_or(self.path, |(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::{Method, Shape};

    #[test]
    fn the_path_holds_both_names() {
        let method = Method::new("/shop.v1.Shop/GetProduct", Shape::Unary);
        assert_eq!((method.service(), method.name()), ("shop.v1.Shop", "GetProduct"));
    }
}
