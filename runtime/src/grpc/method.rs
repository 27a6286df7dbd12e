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

/// A method of a service, as the schema declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Method {
    path: &'static str,
    shape: Shape,
}

impl Method {
    /// The method that is called at `path`, `/shop.v1.Shop/GetProduct`.
    pub const fn new(path: &'static str, shape: Shape) -> Self {
        Self { path, shape }
    }

    /// Where HTTP finds it: `/shop.v1.Shop/GetProduct`.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// Which side streams.
    pub const fn shape(&self) -> Shape {
        self.shape
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
