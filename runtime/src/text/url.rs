//! What may stand in brackets in place of a field's name: extensions and the URLs of types. Called by `reading` and
//! `write`.

/// A name in brackets.
#[derive(Debug)]
pub(super) enum Bracketed {
    /// `[pkg.ext]`
    Extension(String),
    /// `[type.googleapis.com/pkg.Message]`
    Url(String),
}

impl Bracketed {
    pub(super) fn of(inside: String) -> Option<Self> {
        if is_url(&inside) {
            Some(Self::Url(inside))
        } else if is_full_name(&inside) {
            Some(Self::Extension(inside))
        } else {
            None
        }
    }
}

/// Whether it can stand in brackets as the URL of a type: signs that have no place in one are written as `%2F`.
pub(super) fn is_url(text: &str) -> bool {
    let Some((prefix, name)) = text.rsplit_once('/') else { return false };
    let is_escape = |digits: &str| digits.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    !prefix.is_empty()
        && !prefix.starts_with('/')
        && prefix.bytes().all(is_part)
        && prefix.split('%').skip(1).all(is_escape)
        && is_full_name(name)
}

/// Whether a sign may stand in brackets.
pub(super) fn is_part(sign: u8) -> bool {
    sign.is_ascii_alphanumeric() || b"_./-~!$&()*+,;=%".contains(&sign)
}

fn is_full_name(name: &str) -> bool {
    name.split('.').all(|part| {
        part.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
            && part.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'_')
    })
}
