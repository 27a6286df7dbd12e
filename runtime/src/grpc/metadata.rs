//! Metadata: the headers and trailers that belong to the user. Used on both sides of a call.

use std::error::Error;
use std::fmt;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::base64;

/// Names and values that travel with a call, beside its messages: request metadata, and the headers and trailers of
/// the answer.
///
/// Names are lower case. A name that ends in `-bin` holds bytes, any other printable ASCII. A name may have several
/// values, whose order is kept. Names that gRPC needs for itself (`grpc-…`, `content-type`, `te`, …) can neither be
/// set nor seen.
///
/// ```
/// use protocall::Metadata;
/// let mut metadata = Metadata::new();
/// metadata.insert("x-request-id", "7")?;
/// metadata.insert_bin("x-trace-bin", [0, 255])?;
/// assert_eq!(metadata.get("x-request-id"), Some("7"));
/// assert_eq!(metadata.get_bin("x-trace-bin").as_deref(), Some(&[0, 255][..]));
/// # Ok::<(), protocall::MetadataError>(())
/// ```
#[derive(Clone, Default)]
pub struct Metadata {
    /// May hold reserved names, when it came from the wire: they are hidden on the way out, not removed on the way in.
    map: HeaderMap,
}

/// A value of metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataValue<'a> {
    /// Of a name without `-bin`.
    Ascii(&'a str),
    /// Of a name with `-bin`, decoded; or of any other name, where a peer sent what is not ASCII.
    Binary(Bytes),
}

/// Why metadata cannot be sent, or was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetadataError {
    /// The name is empty, or has a letter other than `0-9 a-z _ - .`.
    InvalidName(String),
    /// The name is one that gRPC keeps for itself.
    ReservedName(String),
    /// Text under a name that ends in `-bin`, or bytes under one that does not.
    WrongKind(String),
    /// The value under this name is not printable ASCII.
    InvalidValue(String),
    /// A peer sent a value under this name, which ends in `-bin`, that is not base64.
    InvalidBase64(String),
    /// There are 8,192 names already: far more than any peer takes.
    TooMany,
}

impl fmt::Display for MetadataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidName(name) => {
                write!(f, "metadata name {name:?} has a letter other than 0-9, a-z, `_`, `-` and `.`")
            }
            Self::ReservedName(name) => write!(f, "metadata name {name:?} is reserved by gRPC"),
            Self::WrongKind(name) => {
                write!(f, "metadata name {name:?} is of the other kind: names that end in -bin hold bytes")
            }
            Self::InvalidValue(name) => write!(f, "the metadata value of {name:?} is not printable ASCII"),
            Self::TooMany => f.write_str("there are too many metadata names"),
            Self::InvalidBase64(name) => write!(f, "the metadata value of {name:?} is not base64"),
        }
    }
}

impl Error for MetadataError {}

/// A header map panics at 32,768 names: metadata of several sources and our own headers must fit in one.
const MOST_NAMES: usize = 8_192;

impl Metadata {
    /// No metadata.
    pub fn new() -> Self {
        Self::default()
    }

    /// Metadata as it came from the wire.
    pub(crate) fn from_wire(map: HeaderMap) -> Self {
        Self { map }
    }

    /// Checks the metadata of a request, where bytes must be base64.
    pub(crate) fn check_request(map: &HeaderMap) -> Result<(), MetadataError> {
        let binary = map.iter().filter(|(name, _)| is_binary(name.as_str()));
        for (name, value) in binary {
            if value.as_bytes().split(|byte| *byte == b',').any(|part| base64::decode(part).is_none()) {
                return Err(MetadataError::InvalidBase64(name.as_str().to_owned()));
            }
        }
        Ok(())
    }

    /// Adds all of it to headers that are to be sent.
    pub(crate) fn write_to(&self, headers: &mut HeaderMap) {
        for (name, value) in self.map.iter().filter(|(name, _)| !is_reserved(name.as_str())) {
            headers.append(name, value.clone());
        }
    }

    /// The first value of `name`, if it is text.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).find_map(|value| match value {
            MetadataValue::Ascii(text) => Some(text),
            MetadataValue::Binary(_) => None,
        })
    }

    /// The first value of `name`, which ends in `-bin`, if it is base64 as it should be.
    pub fn get_bin(&self, name: &str) -> Option<Bytes> {
        self.get_all(name).find_map(|value| match value {
            MetadataValue::Ascii(_) => None,
            MetadataValue::Binary(bytes) => Some(bytes),
        })
    }

    /// All values of `name`, in their order. Bytes that are not base64 are left out.
    pub fn get_all<'a>(&'a self, name: &str) -> impl Iterator<Item = MetadataValue<'a>> + use<'a> {
        let binary = is_binary(name);
        let values = (!is_reserved(name)).then(|| self.map.get_all(name).into_iter());
        values.into_iter().flatten().flat_map(move |value| decode(binary, value))
    }

    /// All names and values; the values of one name stay in their order.
    pub fn iter(&self) -> MetadataIter<'_> {
        MetadataIter { entries: self.map.iter(), pending: None }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Sets the text of `name`, in place of what it had.
    ///
    /// # Errors
    /// When the name or the value may not be sent.
    pub fn insert(&mut self, name: &str, value: impl AsRef<str>) -> Result<(), MetadataError> {
        let (name, value) = ascii(name, value.as_ref())?;
        self.has_room()?;
        self.map.insert(name, value);
        Ok(())
    }

    /// Adds a text to those of `name`.
    ///
    /// # Errors
    /// When the name or the value may not be sent.
    pub fn append(&mut self, name: &str, value: impl AsRef<str>) -> Result<(), MetadataError> {
        let (name, value) = ascii(name, value.as_ref())?;
        self.has_room()?;
        self.map.append(name, value);
        Ok(())
    }

    /// Sets the bytes of `name`, which ends in `-bin`, in place of what it had.
    ///
    /// # Errors
    /// When the name may not be sent, or does not end in `-bin`.
    pub fn insert_bin(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), MetadataError> {
        let (name, value) = binary(name, value.as_ref())?;
        self.has_room()?;
        self.map.insert(name, value);
        Ok(())
    }

    /// Adds bytes to those of `name`, which ends in `-bin`.
    ///
    /// # Errors
    /// When the name may not be sent, or does not end in `-bin`.
    pub fn append_bin(&mut self, name: &str, value: impl AsRef<[u8]>) -> Result<(), MetadataError> {
        let (name, value) = binary(name, value.as_ref())?;
        self.has_room()?;
        self.map.append(name, value);
        Ok(())
    }

    fn has_room(&self) -> Result<(), MetadataError> {
        if self.map.keys_len() < MOST_NAMES { Ok(()) } else { Err(MetadataError::TooMany) }
    }

    /// Removes all values of `name`; whether there were any.
    pub fn remove(&mut self, name: &str) -> bool {
        self.map.remove(name).is_some()
    }

    /// Adds all names and values of `other`.
    pub fn extend(&mut self, other: &Metadata) {
        other.write_to(&mut self.map);
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_map();
        for (name, value) in self {
            // Logs are read by more people than requests are.
            match name {
                "authorization" | "cookie" | "set-cookie" => shown.entry(&name, &format_args!("(hidden)")),
                _ => shown.entry(&name, &value),
            };
        }
        shown.finish()
    }
}

impl PartialEq for Metadata {
    fn eq(&self, other: &Self) -> bool {
        let visible = |metadata: &Self| {
            let mut headers = HeaderMap::new();
            metadata.write_to(&mut headers);
            headers
        };
        visible(self) == visible(other)
    }
}

impl<'a> IntoIterator for &'a Metadata {
    type Item = (&'a str, MetadataValue<'a>);
    type IntoIter = MetadataIter<'a>;

    fn into_iter(self) -> MetadataIter<'a> {
        self.iter()
    }
}

/// Iterates over [`Metadata`].
#[derive(Debug)]
pub struct MetadataIter<'a> {
    entries: http::header::Iter<'a, HeaderValue>,
    /// Values of one header that was joined from several, still to come.
    pending: Option<(&'a str, std::vec::IntoIter<MetadataValue<'a>>)>,
}

impl<'a> Iterator for MetadataIter<'a> {
    type Item = (&'a str, MetadataValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((name, values)) = &mut self.pending
                && let Some(value) = values.next()
            {
                return Some((name, value));
            }
            let (name, value) = self.entries.find(|(name, _)| !is_reserved(name.as_str()))?;
            self.pending = Some((name.as_str(), decode(is_binary(name.as_str()), value).into_iter()));
        }
    }
}

/// The values in one header: a peer may join several binary ones by commas. Text may hold commas of its own.
fn decode(binary: bool, value: &HeaderValue) -> Vec<MetadataValue<'_>> {
    if binary {
        let parts = value.as_bytes().split(|byte| *byte == b',');
        return parts.filter_map(base64::decode).map(|bytes| MetadataValue::Binary(bytes.into())).collect();
    }
    match value.to_str() {
        Ok(text) => vec![MetadataValue::Ascii(text)],
        Err(_) => vec![MetadataValue::Binary(Bytes::copy_from_slice(value.as_bytes()))],
    }
}

fn is_binary(name: &str) -> bool {
    name.ends_with("-bin")
}

fn name(text: &str, wants_binary: bool) -> Result<HeaderName, MetadataError> {
    let legal = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'_' | b'-' | b'.');
    let parsed = HeaderName::from_bytes(text.as_bytes()).ok().filter(|_| text.bytes().all(legal));
    let Some(parsed) = parsed else { return Err(MetadataError::InvalidName(text.to_owned())) };
    if is_reserved(text) || text == "user-agent" {
        return Err(MetadataError::ReservedName(text.to_owned()));
    }
    if is_binary(text) != wants_binary {
        return Err(MetadataError::WrongKind(text.to_owned()));
    }
    Ok(parsed)
}

fn ascii(key: &str, value: &str) -> Result<(HeaderName, HeaderValue), MetadataError> {
    let printable = value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    match HeaderValue::from_str(value) {
        Ok(parsed) if printable => Ok((name(key, false)?, parsed)),
        _ => Err(MetadataError::InvalidValue(key.to_owned())),
    }
}

fn binary(key: &str, value: &[u8]) -> Result<(HeaderName, HeaderValue), MetadataError> {
    let key = name(key, true)?;
    match HeaderValue::try_from(base64::encode(value)) {
        Ok(value) => Ok((key, value)),
        Err(_) => Err(MetadataError::InvalidValue(key.as_str().to_owned())),
    }
}

/// Names that belong to gRPC and HTTP. `user-agent` is for reading only.
fn is_reserved(name: &str) -> bool {
    match name {
        "grpc-previous-rpc-attempts" | "grpc-retry-pushback-ms" | "grpc-trace-bin" | "grpc-tags-bin" => false,
        "content-type" | "te" | "host" | "connection" | "content-length" | "transfer-encoding" | "date" => {
            true
        }
        _ => name.starts_with("grpc-") || name.starts_with(':'),
    }
}

#[cfg(test)]
mod tests {
    use http::header::{HeaderMap, HeaderName, HeaderValue};

    use super::{Metadata, MetadataError, MetadataValue};

    fn wire(entries: &[(&'static str, &'static str)]) -> Metadata {
        let mut map = HeaderMap::new();
        for (name, value) in entries {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        Metadata::from_wire(map)
    }

    #[test]
    fn binary_values_that_a_peer_joined_come_apart_and_text_does_not() {
        let metadata = wire(&[("x-bin", "AQ,Ag=="), ("x-bin", "Aw"), ("x", "a,b")]);
        let all: Vec<_> = metadata.get_all("x-bin").collect();
        let binary = |byte| MetadataValue::Binary(vec![byte].into());
        assert_eq!(all, [binary(1), binary(2), binary(3)]);
        assert_eq!(metadata.get("x"), Some("a,b"));
        assert_eq!(metadata.iter().count(), 4);
    }

    #[test]
    fn reserved_names_are_neither_seen_nor_set_nor_passed_on() {
        let metadata = wire(&[("grpc-timeout", "1S"), ("te", "trailers"), ("user-agent", "x"), ("a", "1")]);
        assert_eq!(metadata.get("grpc-timeout"), None);
        assert_eq!(metadata.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["user-agent", "a"]);
        let mut copy = Metadata::new();
        copy.extend(&metadata);
        assert_eq!(copy, metadata);
        for name in ["grpc-timeout", "te", "content-type", "user-agent", "grpc-x"] {
            assert_eq!(copy.insert(name, "1"), Err(MetadataError::ReservedName(name.into())));
        }
    }

    #[test]
    fn what_may_not_be_sent_is_refused_with_the_reason() {
        let mut metadata = Metadata::new();
        for name in ["", "Upper", "with space", "ü", "a:b"] {
            assert_eq!(metadata.insert(name, "1"), Err(MetadataError::InvalidName(name.into())));
        }
        assert_eq!(metadata.insert("x-bin", "1"), Err(MetadataError::WrongKind("x-bin".into())));
        assert_eq!(metadata.insert_bin("x", [1]), Err(MetadataError::WrongKind("x".into())));
        for value in ["a\nb", "ü", "\u{7f}", "a\tb"] {
            assert_eq!(
                metadata.insert("x", value),
                Err(MetadataError::InvalidValue("x".into())),
                "{value:?}"
            );
        }
        assert!(metadata.is_empty());
    }

    #[test]
    fn credentials_do_not_show_in_logs() {
        let shown = format!("{:?}", wire(&[("authorization", "Bearer secret"), ("a", "1")]));
        assert_eq!(shown, r#"{"authorization": (hidden), "a": Ascii("1")}"#);
    }

    #[test]
    fn bad_base64_from_a_peer_is_left_out() {
        let metadata = wire(&[("x-bin", "!!"), ("x-bin", "AQ")]);
        assert_eq!(metadata.get_bin("x-bin").as_deref(), Some(&[1][..]));
    }
}
