//! Where a client connects to, as users write it. Called by `connect`.

use std::fmt;
#[cfg(unix)]
use std::path::PathBuf;

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

/// A place, and how it is to be spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// What the server sees as `:authority`.
    pub(super) authority: Authority,
    pub(super) place: Place,
    /// Whether the target asks for TLS.
    pub(super) secure: bool,
}

/// What a socket is opened to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A name or an address, without the brackets of an IPv6 one.
    Host { host: String, port: u16 },
    /// A socket in the file system.
    #[cfg(unix)]
    Unix(PathBuf),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Host { host, port } => write!(f, "{host}:{port}"),
            #[cfg(unix)]
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

/// Reads `http://host:port`, `https://host:port` and `unix:path`; a port that is not named is 80 or 443.
pub(super) fn parse(text: &str) -> Result<Target> {
    let wrong = |why: &str| {
        Status::invalid_argument(format!(
            "cannot connect to {text:?}: {why}; a target looks like http://127.0.0.1:50051, https://shop.prod or \
             unix:/run/shop.sock"
        ))
    };
    if let Some(path) = text.strip_prefix("unix:") {
        return unix(path).map_err(wrong);
    }
    let uri: Uri = text.parse().map_err(|_| wrong("it is no URI"))?;
    let secure = match uri.scheme_str() {
        Some("http") => false,
        Some("https") => true,
        Some(_) => return Err(wrong("its scheme is neither http nor https")),
        None => return Err(wrong("it has no scheme")),
    };
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
        None if secure => 443,
        None => 80,
    };
    Ok(Target { authority, place: Place::Host { host, port }, secure })
}

/// gRPC's `naming.md`: `unix:path` and `unix:///absolute_path`; the authority is `localhost`.
#[cfg(unix)]
fn unix(path: &str) -> Result<Target, &'static str> {
    let path = match path.strip_prefix("//") {
        Some(path) if !path.starts_with('/') => return Err("behind unix:// its path must be absolute"),
        Some(path) => path,
        None => path,
    };
    if path.is_empty() {
        return Err("it names no socket");
    }
    let authority = Authority::from_static("localhost");
    Ok(Target { authority, place: Place::Unix(path.into()), secure: false })
}

#[cfg(not(unix))]
fn unix(_: &str) -> Result<Target, &'static str> {
    Err("this system has no Unix sockets")
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn places_are_told_apart() {
        for (text, place, secure) in [
            ("http://127.0.0.1:50051", "127.0.0.1:50051", false),
            ("http://shop.prod/", "shop.prod:80", false),
            ("https://shop.prod", "shop.prod:443", true),
            ("https://shop.prod:1", "shop.prod:1", true),
            ("http://[::1]:7", "[::1]:7", false),
        ] {
            let target = parse(text).unwrap();
            assert_eq!((target.place.to_string().as_str(), target.secure), (place, secure));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_of_the_file_system_has_a_path() {
        for (text, place) in [
            ("unix:/run/shop", "unix:/run/shop"),
            ("unix:///run/shop", "unix:/run/shop"),
            ("unix:shop", "unix:shop"),
        ] {
            assert_eq!(parse(text).unwrap().place.to_string(), place);
        }
        for (text, why) in [("unix:", "no socket"), ("unix://shop", "absolute")] {
            assert!(parse(text).unwrap_err().message().contains(why), "{text}");
        }
    }

    #[test]
    fn what_is_no_target_is_told_why() {
        for (text, why) in [
            ("127.0.0.1:50051", "no"),
            ("localhost:50051", "scheme"),
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
