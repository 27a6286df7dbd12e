//! Where a client connects to, as users write it. Called by `connect`.

use std::fmt;
#[cfg(unix)]
use std::path::PathBuf;

use http::Uri;
use http::uri::Authority;

use crate::grpc::{Result, Status};

/// What may name a target: a text, or several for servers that do the same.
///
/// | target | servers |
/// | --- | --- |
/// | `http://host:port` | those that the operating system finds by the name; the port is 80 unless named |
/// | `https://host:port` | the same, by TLS; the port is 443 unless named |
/// | `dns:///host:port` | the same, by TLS if there are settings for it; the port is 443 unless named |
/// | `static:host:port,host:port` | these, by TLS if there are settings for it |
/// | `unix:path` | a socket in the file system |
/// | `["http://a:1", "http://b:1"]` | these |
pub trait IntoTarget {
    /// The target as texts, one for each server or name.
    fn into_target(self) -> Vec<String>;
}

impl IntoTarget for &str {
    fn into_target(self) -> Vec<String> {
        vec![self.to_owned()]
    }
}

impl IntoTarget for String {
    fn into_target(self) -> Vec<String> {
        vec![self]
    }
}

impl IntoTarget for &String {
    fn into_target(self) -> Vec<String> {
        vec![self.clone()]
    }
}

impl<T: Into<String>, const N: usize> IntoTarget for [T; N] {
    fn into_target(self) -> Vec<String> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<T: Into<String>> IntoTarget for Vec<T> {
    fn into_target(self) -> Vec<String> {
        self.into_iter().map(Into::into).collect()
    }
}

/// A place, and how it is to be spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// What servers see as `:authority`.
    pub(super) authority: Authority,
    pub(super) site: Site,
    /// Whether the target asks for TLS, or for none; what it does not say, the settings of the client do.
    pub(super) secure: Option<bool>,
}

/// Where a target's servers are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Site {
    /// Names or addresses, those of IPv6 without brackets, and ports.
    Hosts(Vec<(String, u16)>),
    /// A socket in the file system.
    #[cfg(unix)]
    Unix(PathBuf),
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hosts(hosts) => {
                for (place, (host, port)) in hosts.iter().enumerate() {
                    let comma = if place > 0 { ", " } else { "" };
                    match host.contains(':') {
                        true => write!(f, "{comma}[{host}]:{port}")?,
                        false => write!(f, "{comma}{host}:{port}")?,
                    }
                }
                Ok(())
            }
            #[cfg(unix)]
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(feature = "telemetry")]
impl Site {
    /// As gRPC's `naming.md` writes it.
    pub(super) fn canonical(&self) -> String {
        match self {
            Self::Hosts(hosts) if hosts.len() == 1 => format!("dns:///{self}"),
            Self::Hosts(_) => format!("static:///{self}").replace(", ", ","),
            #[cfg(unix)]
            Self::Unix(_) => self.to_string(),
        }
    }
}

/// What a port is that a target of `dns:` does not name, by gRPC's `naming.md`.
const PORT: u16 = 443;

/// Reads a target: see [`IntoTarget`].
pub(super) fn parse(texts: &[String]) -> Result<Target> {
    let wrong = |text: &str, why: &str| {
        Status::invalid_argument(format!(
            "cannot connect to {text:?}: {why}; a target looks like http://127.0.0.1:50051, https://shop.prod, \
             dns:///shop.prod:50051 or unix:/run/shop.sock"
        ))
    };
    let mut targets = texts.iter().map(|text| one(text).map_err(|why| wrong(text, why)));
    let mut target = targets.next().unwrap_or_else(|| Err(wrong("", "there is no target")))?;
    for (other, text) in targets.zip(texts.iter().skip(1)) {
        let other = other?;
        match (&mut target.site, other.site) {
            (Site::Hosts(hosts), Site::Hosts(more)) if target.secure == other.secure => hosts.extend(more),
            _ => return Err(wrong(text, "it is to be spoken to in another way than the one before it")),
        }
    }
    Ok(target)
}

fn one(text: &str) -> Result<Target, &'static str> {
    if let Some(path) = text.strip_prefix("unix:") {
        return unix(path);
    }
    if let Some(rest) = text.strip_prefix("dns:") {
        let name = match rest.strip_prefix("//") {
            Some(rest) => {
                rest.strip_prefix('/').ok_or("servers of DNS are those of the operating system: dns:///…")?
            }
            None => rest,
        };
        return listed(name);
    }
    if let Some(list) = text.strip_prefix("static:") {
        return listed(list.trim_start_matches('/'));
    }
    uri(text)
}

/// `host:port`, or several by commas.
fn listed(list: &str) -> Result<Target, &'static str> {
    let authorities =
        list.split(',').map(|text| text.parse().map_err(|_| "it is no list of hosts and ports"));
    let authorities = authorities.collect::<Result<Vec<Authority>, _>>()?;
    let hosts = authorities.iter().map(|authority| host(authority, PORT)).collect::<Result<_, _>>()?;
    let authority = authorities.into_iter().next().ok_or("it has no host")?;
    Ok(Target { authority, site: Site::Hosts(hosts), secure: None })
}

fn uri(text: &str) -> Result<Target, &'static str> {
    let uri: Uri = text.parse().map_err(|_| "it is no URI")?;
    let secure = match uri.scheme_str() {
        Some("http") => false,
        Some("https") => true,
        Some(_) => return Err("its scheme is none of http, https, dns, static and unix"),
        None => return Err("it has no scheme"),
    };
    if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
        return Err("the methods of a service have paths of their own, so that it may have none");
    }
    let authority = uri.authority().cloned().ok_or("it has no host")?;
    let host = host(&authority, if secure { 443 } else { 80 })?;
    Ok(Target { authority, site: Site::Hosts(vec![host]), secure: Some(secure) })
}

/// The host and the port of an authority.
fn host(authority: &Authority, default: u16) -> Result<(String, u16), &'static str> {
    if authority.as_str().contains('@') {
        return Err("gRPC has no user names in a target");
    }
    let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
    if host.is_empty() {
        return Err("it has no host");
    }
    let port = match authority.as_str().strip_prefix(authority.host()).and_then(|rest| rest.strip_prefix(':'))
    {
        Some(port) => port.parse().map_err(|_| "its port is no number below 65536")?,
        None => default,
    };
    Ok((host, port))
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
    Ok(Target { authority, site: Site::Unix(path.into()), secure: Some(false) })
}

#[cfg(not(unix))]
fn unix(_: &str) -> Result<Target, &'static str> {
    Err("this system has no Unix sockets")
}

#[cfg(test)]
mod tests {
    use super::{IntoTarget, parse};

    #[test]
    fn places_are_told_apart() {
        for (text, place, secure) in [
            ("http://127.0.0.1:50051", "127.0.0.1:50051", Some(false)),
            ("http://shop.prod/", "shop.prod:80", Some(false)),
            ("https://shop.prod", "shop.prod:443", Some(true)),
            ("https://shop.prod:1", "shop.prod:1", Some(true)),
            ("http://[::1]:7", "[::1]:7", Some(false)),
            ("dns:///shop.prod:50051", "shop.prod:50051", None),
            ("dns:shop.prod", "shop.prod:443", None),
            ("static:a:1,[::1]:2", "a:1, [::1]:2", None),
            ("static:///a:1", "a:1", None),
        ] {
            let target = parse(&text.into_target()).unwrap();
            assert_eq!((target.site.to_string().as_str(), target.secure), (place, secure));
        }
    }

    #[test]
    fn several_are_one_target_if_they_are_spoken_to_alike() {
        let target = parse(&["http://a:1", "http://b:2"].into_target()).unwrap();
        assert_eq!((target.site.to_string().as_str(), target.authority.as_str()), ("a:1, b:2", "a:1"));
        for targets in [["http://a:1", "https://b:2"], ["http://a:1", "unix:b"], ["http://a:1", "b"]] {
            assert!(parse(&targets.into_target()).is_err(), "{targets:?}");
        }
        assert!(parse(&Vec::<String>::new().into_target()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_of_the_file_system_has_a_path() {
        for (text, place) in [
            ("unix:/run/shop", "unix:/run/shop"),
            ("unix:///run/shop", "unix:/run/shop"),
            ("unix:shop", "unix:shop"),
        ] {
            assert_eq!(parse(&text.into_target()).unwrap().site.to_string(), place);
        }
        for (text, why) in [("unix:", "no socket"), ("unix://shop", "absolute")] {
            assert!(parse(&text.into_target()).unwrap_err().message().contains(why), "{text}");
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
            ("dns://8.8.8.8/a:1", "operating system"),
            ("dns:///", "no list"),
            ("static:", "no list"),
            ("static:a:1,,b:2", "no list"),
            ("", "URI"),
        ] {
            let status = parse(&text.into_target()).unwrap_err();
            assert!(status.message().contains(why), "{text:?}: {status}");
        }
    }
}
