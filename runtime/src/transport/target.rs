//! Where a client connects to, as users write it. Called by `connect`.

use std::fmt;
#[cfg(feature = "dns")]
use std::net::{IpAddr, SocketAddr};
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
/// | `dns:///host:port` | those that DNS knows by the name, by TLS if there are settings for it; the port is 443 unless named |
/// | `dns://10.0.0.10:53/host:port` | the same, by this server of DNS alone; its port is 53 unless named |
/// | `static:host:port,host:port` | these, by TLS if there are settings for it |
/// | `unix:path` | a socket in the file system |
/// | `["http://a:1", "http://b:1"]` | these |
///
/// DNS is asked with the feature `dns`: with the servers, the search domains and the file of hosts that the system is set up with,
/// or the server that the target names, which is asked for the name as it stands. Both kinds of addresses are asked for, and those
/// of IPv6 come first. Service configs in DNS (`_grpc_config`, gRFC A2) are not read. Without the feature `dns:///` asks the
/// operating system as well, and a target that names a server of DNS is an error.
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
    Hosts(Vec<Host>),
    /// A socket in the file system.
    #[cfg(unix)]
    Unix(PathBuf),
}

/// One host of a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Host {
    /// Its name or address, that of IPv6 without brackets.
    pub(super) name: String,
    pub(super) port: u16,
    pub(super) asked: Asked,
}

/// Who is asked for the addresses of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// The operating system, which knows of more than DNS.
    System,
    /// This server of DNS, or those that the system is set up with.
    #[cfg(feature = "dns")]
    Dns(Option<SocketAddr>),
}

impl Asked {
    /// For targets of `dns:` that name no server.
    #[cfg(feature = "dns")]
    const UNNAMED: Self = Self::Dns(None);

    #[cfg(not(feature = "dns"))]
    const UNNAMED: Self = Self::System;
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, port, .. } = self;
        if name.contains(':') { write!(f, "[{name}]:{port}") } else { write!(f, "{name}:{port}") }
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hosts(hosts) => {
                for (place, host) in hosts.iter().enumerate() {
                    let comma = if place > 0 { ", " } else { "" };
                    write!(f, "{comma}{host}")?;
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
            Self::Hosts(hosts) => match hosts.as_slice() {
                #[cfg(feature = "dns")]
                [Host { asked: Asked::Dns(Some(server)), .. }] => format!("dns://{server}/{self}"),
                [_] => format!("dns:///{self}"),
                _ => format!("static:///{self}").replace(", ", ","),
            },
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
        let Some(rest) = rest.strip_prefix("//") else { return listed(rest, Asked::UNNAMED) };
        let (server, name) =
            rest.split_once('/').ok_or("behind dns:// stands a server, or none, and a slash")?;
        return listed(name, if server.is_empty() { Asked::UNNAMED } else { named(server)? });
    }
    if let Some(list) = text.strip_prefix("static:") {
        return listed(list.trim_start_matches('/'), Asked::System);
    }
    uri(text)
}

/// The server of DNS that a target names.
#[cfg(feature = "dns")]
fn named(server: &str) -> Result<Asked, &'static str> {
    /// What its port is unless it is named.
    const PORT: u16 = 53;
    let bare = || server.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let address = server.parse().or_else(|_| bare().map(|address| SocketAddr::new(address, PORT)));
    let address = address.map_err(|_| "its server of DNS is no IP address, with a port or without")?;
    Ok(Asked::Dns(Some(address)))
}

#[cfg(not(feature = "dns"))]
fn named(_: &str) -> Result<Asked, &'static str> {
    Err("a server of DNS is asked with the feature `dns` of protocall only")
}

/// `host:port`, or several by commas.
fn listed(list: &str, asked: Asked) -> Result<Target, &'static str> {
    let authorities =
        list.split(',').map(|text| text.parse().map_err(|_| "it is no list of hosts and ports"));
    let authorities = authorities.collect::<Result<Vec<Authority>, _>>()?;
    let host = |authority| host(authority, PORT).map(|host| Host { asked, ..host });
    let hosts = authorities.iter().map(host).collect::<Result<_, _>>()?;
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

/// The host and the port of an authority, for the operating system to know.
fn host(authority: &Authority, default: u16) -> Result<Host, &'static str> {
    if authority.as_str().contains('@') {
        return Err("gRPC has no user names in a target");
    }
    let name = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
    if name.is_empty() {
        return Err("it has no host");
    }
    let port = match authority.as_str().strip_prefix(authority.host()).and_then(|rest| rest.strip_prefix(':'))
    {
        Some(port) => port.parse().map_err(|_| "its port is no number below 65536")?,
        None => default,
    };
    Ok(Host { name, port, asked: Asked::System })
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
    #[cfg(feature = "dns")]
    use super::{Asked, Site};
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

    #[cfg(feature = "dns")]
    #[test]
    fn a_server_of_dns_is_an_address() {
        for (text, server) in [
            ("dns:///a:1", None),
            ("dns:a:1", None),
            ("dns://8.8.8.8/a:1", Some("8.8.8.8:53")),
            ("dns://8.8.8.8:54/a:1", Some("8.8.8.8:54")),
            ("dns://[::1]:54/a:1", Some("[::1]:54")),
            ("dns://[::1]/a:1", Some("[::1]:53")),
        ] {
            let target = parse(&text.into_target()).unwrap();
            let Site::Hosts(hosts) = target.site else { panic!("{text} has hosts") };
            assert_eq!(hosts[0].to_string(), "a:1");
            assert_eq!(hosts[0].asked, Asked::Dns(server.map(|server| server.parse().unwrap())), "{text}");
        }
        for text in ["dns://dns.google/a:1", "dns://8.8.8.8:x/a:1", "dns://8.8/a:1"] {
            assert!(parse(&text.into_target()).unwrap_err().message().contains("IP address"), "{text}");
        }
    }

    #[cfg(not(feature = "dns"))]
    #[test]
    fn a_server_of_dns_needs_the_feature() {
        let status = parse(&"dns://8.8.8.8/a:1".into_target()).unwrap_err();
        assert!(status.message().contains("feature `dns`"), "{status}");
        assert!(parse(&"dns:///a:1".into_target()).is_ok());
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
            ("dns://8.8.8.8", "a slash"),
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
