//! Where a client connects to, as users write it. Called by `connect`.

use http::Uri;
use http::uri::Authority;

use crate::grpc::{Result, Status};

/// What may name a target: a `&str` or a `String`.
pub trait IntoTarget {
    /// The target as text.
    fn into_target(self) -> String;
}

impl IntoTarget for &str {
    fn into_target(self) -> String {
        self.to_owned()
    }
}

impl IntoTarget for String {
    fn into_target(self) -> String {
        self
    }
}

impl IntoTarget for &String {
    fn into_target(self) -> String {
        self.clone()
    }
}

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// What the server sees as `:authority`.
    pub(super) authority: Authority,
    /// What is resolved: a name or an address, without the brackets of an IPv6 one.
    pub(super) host: String,
    pub(super) port: u16,
}

/// Reads `http://host:port`, where the port is 80 if it is not named.
pub(super) fn parse(text: &str) -> Result<Target> {
    let wrong = |why: &str| {
        Status::invalid_argument(format!(
            "cannot connect to {text:?}: {why}; a target looks like http://127.0.0.1:50051"
        ))
    };
    let uri: Uri = text.parse().map_err(|_| wrong("it is no URI"))?;
    match uri.scheme_str() {
        Some("http") => {}
        Some("https") => return Err(wrong("TLS is not supported by this version")),
        Some(_) => return Err(wrong("its scheme is not http")),
        None => return Err(wrong("it has no scheme")),
    }
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
        return Err(wrong("the methods of a service have paths of their own, so that it may have none"));
    }
    let Some(authority) = uri.authority().cloned() else { return Err(wrong("it has no host")) };
    if authority.as_str().contains('@') {
        return Err(wrong("gRPC has no user names in a target"));
    }
    let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
    if host.is_empty() {
        return Err(wrong("it has no host"));
    }
    let port = match authority.as_str().strip_prefix(authority.host()).and_then(|rest| rest.strip_prefix(':'))
    {
        Some(port) => port.parse().map_err(|_| wrong("its port is no number below 65536"))?,
        None => 80,
    };
    Ok(Target { authority, host, port })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn hosts_and_ports_are_told_apart() {
        for (text, host, port) in [
            ("http://127.0.0.1:50051", "127.0.0.1", 50051),
            ("http://shop.prod/", "shop.prod", 80),
            ("http://[::1]:7", "::1", 7),
        ] {
            let target = parse(text).unwrap();
            assert_eq!((target.host.as_str(), target.port), (host, port));
        }
    }

    #[test]
    fn what_is_no_target_is_told_why() {
        for (text, why) in [
            ("127.0.0.1:50051", "no"),
            ("localhost:50051", "scheme"),
            ("https://a:1", "TLS"),
            ("ftp://a:1", "scheme"),
            ("http://a:1/path", "paths of their own"),
            ("http://a:99999", "port"),
            ("http://a:", "port"),
            ("http://user@a:1", "user names"),
            ("", "URI"),
        ] {
            let status = parse(text).unwrap_err();
            assert!(status.message().contains(why), "{text:?}: {status}");
        }
    }
}
