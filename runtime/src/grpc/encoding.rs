//! What compresses messages, and how the two ends agree on it: `grpc-encoding` and `grpc-accept-encoding`. Called by
//! `server` and `client`; the byte work is `compress`'s.

use std::fmt;
use std::sync::Arc;

use http::header::{HeaderMap, HeaderName, HeaderValue};

/// Names what the messages of this direction are compressed with.
pub(crate) const GRPC_ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");

/// Names what the sender of this header can read.
pub(crate) const GRPC_ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// Messages below this are sent as they are unless set otherwise: they fit in a packet, compressed or not.
pub(crate) const MIN_COMPRESSED: usize = 1024;

/// What messages can be compressed with. Each comes with the feature of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// The fastest of them, and the smallest on the wire.
    #[cfg(feature = "zstd")]
    Zstd,
    /// The one that every gRPC implementation knows.
    #[cfg(feature = "gzip")]
    Gzip,
    /// As gzip, in the frame of zlib.
    #[cfg(feature = "deflate")]
    Deflate,
}

impl Compression {
    /// All that this build has, the best first.
    pub const ALL: &'static [Self] = &[
        #[cfg(feature = "zstd")]
        Self::Zstd,
        #[cfg(feature = "gzip")]
        Self::Gzip,
        #[cfg(feature = "deflate")]
        Self::Deflate,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "zstd")]
            Self::Zstd => "zstd",
            #[cfg(feature = "gzip")]
            Self::Gzip => "gzip",
            #[cfg(feature = "deflate")]
            Self::Deflate => "deflate",
        }
    }

    /// What stands in `grpc-encoding`.
    pub(crate) fn header(self) -> HeaderValue {
        HeaderValue::from_static(self.name())
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What an end reads.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    list: Arc<[Compression]>,
    header: HeaderValue,
}

impl Default for Accepted {
    fn default() -> Self {
        Compression::ALL.iter().copied().collect()
    }
}

impl FromIterator<Compression> for Accepted {
    fn from_iter<I: IntoIterator<Item = Compression>>(list: I) -> Self {
        let list: Arc<[Compression]> = list.into_iter().collect();
        // "identity" is always read, and listed as gRPC's own peers do it.
        let header = list.iter().fold("identity".to_owned(), |names, known| format!("{names},{known}"));
        let header = HeaderValue::try_from(header).unwrap_or(HeaderValue::from_static("identity"));
        Self { list, header }
    }
}

impl Accepted {
    /// What stands in `grpc-accept-encoding`.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// What the messages that come in are compressed with, those that are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Nothing: none of them may be.
    #[default]
    Identity,
    Known(Compression),
    /// Something that this end does not read.
    Unknown(HeaderValue),
}

impl Encoding {
    /// What a peer says in its headers, which should be one of `accepted`.
    pub(crate) fn read(headers: &HeaderMap, accepted: &Accepted) -> Self {
        let Some(name) = headers.get(GRPC_ENCODING) else { return Self::Identity };
        if name.as_bytes().eq_ignore_ascii_case(b"identity") {
            return Self::Identity;
        }
        let found = accepted.list.iter().find(|known| is_named(name.as_bytes(), **known));
        found.map_or_else(|| Self::Unknown(name.clone()), |known| Self::Known(*known))
    }
}

fn is_named(name: &[u8], compression: Compression) -> bool {
    name.trim_ascii().eq_ignore_ascii_case(compression.name().as_bytes())
}

/// What the replies of a server are compressed with.
#[derive(Clone, Debug, Default)]
pub(crate) enum ReplyCompression {
    /// What the request was.
    #[default]
    AsRequest,
    /// The first of these that the caller reads.
    FirstOf(Arc<[Compression]>),
}

impl ReplyCompression {
    /// What the replies to a caller with these `headers` are compressed with, whose requests were by `request`.
    pub(crate) fn choose(&self, headers: &HeaderMap, request: &Encoding) -> Option<Compression> {
        let reads = |wanted: &Compression| reads(headers, request, *wanted);
        match (self, request) {
            (Self::AsRequest, Encoding::Known(same)) => Some(*same).filter(reads),
            (Self::AsRequest, _) => None,
            (Self::FirstOf(wanted), _) => wanted.iter().copied().find(reads),
        }
    }
}

/// Whether a caller reads what is compressed with `wanted`. One that does not say reads at least what it writes.
fn reads(headers: &HeaderMap, request: &Encoding, wanted: Compression) -> bool {
    let mut lists = headers.get_all(GRPC_ACCEPT_ENCODING).into_iter().peekable();
    if lists.peek().is_none() {
        return *request == Encoding::Known(wanted);
    }
    let mut names = lists.flat_map(|list| list.as_bytes().split(|byte| *byte == b','));
    names.any(|name| is_named(name, wanted))
}

#[cfg(all(test, feature = "gzip", feature = "zstd"))]
mod tests {
    use http::header::{HeaderMap, HeaderName, HeaderValue};

    use super::{Accepted, Compression, Encoding, ReplyCompression};

    fn headers(entries: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in entries {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        map
    }

    #[test]
    fn an_encoding_is_read_by_its_name_if_it_is_accepted() {
        let read = |name: &'static str, accepted: &[Compression]| {
            Encoding::read(&headers(&[("grpc-encoding", name)]), &accepted.iter().copied().collect())
        };
        assert_eq!(read("gzip", Compression::ALL), Encoding::Known(Compression::Gzip));
        assert_eq!(read("GZIP", Compression::ALL), Encoding::Known(Compression::Gzip));
        assert_eq!(read("identity", Compression::ALL), Encoding::Identity);
        assert_eq!(read("gzip", &[]), Encoding::Unknown(HeaderValue::from_static("gzip")));
        assert_eq!(read("br", Compression::ALL), Encoding::Unknown(HeaderValue::from_static("br")));
        assert_eq!(Encoding::read(&HeaderMap::new(), &Accepted::default()), Encoding::Identity);
    }

    #[test]
    fn what_is_accepted_is_told() {
        let gzip: Accepted = [Compression::Gzip, Compression::Zstd].into_iter().collect();
        assert_eq!(gzip.header(), "identity,gzip,zstd");
        assert_eq!(Accepted::from_iter([]).header(), "identity");
    }

    #[test]
    fn a_reply_is_compressed_with_what_its_caller_reads() {
        let gzip = Encoding::Known(Compression::Gzip);
        let accept = |list| headers(&[("grpc-accept-encoding", list)]);
        let as_request = ReplyCompression::AsRequest;
        assert_eq!(as_request.choose(&accept("deflate, GZIP"), &gzip), Some(Compression::Gzip));
        assert_eq!(as_request.choose(&HeaderMap::new(), &gzip), Some(Compression::Gzip));
        assert_eq!(as_request.choose(&accept("identity"), &gzip), None);
        assert_eq!(as_request.choose(&accept("gzip"), &Encoding::Identity), None);
        let own = ReplyCompression::FirstOf([Compression::Zstd, Compression::Gzip].into());
        assert_eq!(own.choose(&accept("identity,gzip"), &Encoding::Identity), Some(Compression::Gzip));
        assert_eq!(own.choose(&accept("gzip,zstd"), &gzip), Some(Compression::Zstd));
        assert_eq!(own.choose(&HeaderMap::new(), &gzip), Some(Compression::Gzip));
        assert_eq!(own.choose(&HeaderMap::new(), &Encoding::Identity), None);
        let twice = headers(&[("grpc-accept-encoding", "br"), ("grpc-accept-encoding", "zstd")]);
        assert_eq!(own.choose(&twice, &gzip), Some(Compression::Zstd));
        assert_eq!(ReplyCompression::FirstOf([].into()).choose(&accept("gzip"), &gzip), None);
    }
}
