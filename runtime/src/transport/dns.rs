//! DNS, by hickory: one question for the addresses of a name, of both families. Asked by `hosts`.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use hickory_resolver::config::{
    ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolveHosts, ResolverConfig,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::{Resolver, ResolverBuilder, TokioResolver};

use super::resolve::Found;
use crate::grpc::{Result, Status};

/// How long an answer may take, all servers, attempts and search domains together.
const LIMIT: Duration = Duration::from_secs(10);

/// Where a machine's own server of DNS listens.
const LOCAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 53);

/// The addresses of `name`: of this server, or as the system is set up.
pub(super) async fn find(name: &str, server: Option<SocketAddr>) -> Result<Found> {
    let failed = |error: NetError| {
        let why = match server {
            Some(server) => format!("{server} says: {error}"),
            None => error.to_string(),
        };
        Status::unavailable(format!("cannot resolve {name}: {why}")).with_source(error)
    };
    let resolver = resolver(server).map_err(failed)?;
    let Ok(answer) = tokio::time::timeout(LIMIT, resolver.lookup_ip(name)).await else {
        return Err(Status::unavailable(format!(
            "cannot resolve {name}: DNS gave no answer within {LIMIT:?}"
        )));
    };
    let answer = answer.map_err(failed)?;
    let lifetime = answer.as_lookup().answers().iter().map(|record| record.ttl).min();
    let lifetime = lifetime.map(|seconds| Duration::from_secs(seconds.into()));
    Ok(Found { addresses: answer.iter().collect(), lifetime })
}

/// A new one for each question: so it follows the settings of the system, and nothing of it stays on a runtime that may end.
/// It keeps no answers; how long they are kept is decided by who asks.
fn resolver(server: Option<SocketAddr>) -> Result<TokioResolver, NetError> {
    let mut builder = match server {
        // resolv.conf(5): where there are no settings, "only the name server on the local machine will be queried".
        None => TokioResolver::builder_tokio().unwrap_or_else(|_| only(LOCAL)),
        Some(server) => only(server),
    };
    let options = builder.options_mut();
    options.use_hosts_file = if server.is_some() { ResolveHosts::Never } else { ResolveHosts::Always };
    options.cache_size = 0;
    // What happy eyeballs begin with: RFC 8305, section 4, prefers IPv6 where nothing else is known.
    options.ip_strategy = LookupIpStrategy::Ipv6AndIpv4;
    builder.build()
}

/// One server, and no search domains.
fn only(server: SocketAddr) -> ResolverBuilder<TokioRuntimeProvider> {
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![name_server(server)]);
    Resolver::builder_with_config(config, TokioRuntimeProvider::default())
}

/// By UDP, and by TCP where an answer is too long for that.
fn name_server(server: SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = server.port();
        connection
    });
    NameServerConfig::new(server.ip(), true, connections.into())
}
