//! The content types of gRPC-Web. Called by `server` and `client`.

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};

/// How the bytes of a body are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WebForm {
    Binary,
    /// In base64.
    Text,
}

/// What a request of gRPC-Web says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WebContent<'a> {
    /// How the request is written.
    pub(crate) form: WebForm,
    /// How the answer is to be written.
    pub(crate) wanted: WebForm,
    /// The name of the codec, or nothing.
    pub(crate) codec: &'a str,
}

impl<'a> WebContent<'a> {
    /// `None` if it is no request of gRPC-Web.
    pub(crate) fn read(headers: &'a HeaderMap) -> Option<Self> {
        let (form, codec) = form(headers.get(CONTENT_TYPE)?.to_str().ok()?)?;
        let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let wanted = accepted.flat_map(|value| value.split(',')).find_map(form_of);
        Some(Self { form, wanted: wanted.unwrap_or(form), codec })
    }

    /// The content type of the same request in gRPC.
    pub(crate) fn in_grpc(&self) -> HeaderValue {
        named("application/grpc", self.codec)
    }

    /// The content type of the answer.
    pub(crate) fn of_answer(&self) -> HeaderValue {
        let name = match self.wanted {
            WebForm::Binary => "application/grpc-web",
            WebForm::Text => "application/grpc-web-text",
        };
        named(name, self.codec)
    }
}

fn named(name: &'static str, codec: &str) -> HeaderValue {
    let plain = HeaderValue::from_static(name);
    // What came in a header may stand in one.
    if codec.is_empty() { plain } else { HeaderValue::try_from(format!("{name}+{codec}")).unwrap_or(plain) }
}

fn form_of(value: &str) -> Option<WebForm> {
    form(value.trim()).map(|(form, _)| form)
}

/// The form that a content type names, and the codec behind it.
fn form(value: &str) -> Option<(WebForm, &str)> {
    let value = value.split(';').next()?.trim_end();
    let (name, codec) = value.split_once('+').unwrap_or((value, ""));
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    if is("application/grpc-web") {
        Some((WebForm::Binary, codec))
    } else if is("application/grpc-web-text") || is("application/grpc-web-text-base64") {
        Some((WebForm::Text, codec))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};

    use super::{WebContent, WebForm};

    fn headers(content: &'static str, accept: Option<&'static str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content));
        if let Some(accept) = accept {
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
        }
        headers
    }

    #[test]
    fn both_forms_are_told_from_grpc_with_and_without_a_codec() {
        use WebForm::{Binary, Text};
        for (content, expected) in [
            ("application/grpc-web", Some((Binary, ""))),
            ("application/grpc-web+proto", Some((Binary, "proto"))),
            ("Application/gRPC-Web+json; charset=utf-8", Some((Binary, "json"))),
            ("application/grpc-web-text", Some((Text, ""))),
            ("application/grpc-web-text+proto", Some((Text, "proto"))),
            ("application/grpc-web-text-base64", Some((Text, ""))),
            ("application/grpc", None),
            ("application/grpc+proto", None),
            ("application/grpc-webx", None),
            ("text/plain", None),
        ] {
            let headers = headers(content, None);
            let read = WebContent::read(&headers).map(|read| (read.form, read.codec));
            assert_eq!(read, expected, "{content}");
        }
        assert_eq!(WebContent::read(&HeaderMap::new()), None);
    }

    #[test]
    fn an_answer_has_the_form_that_is_accepted_and_else_that_of_the_request() {
        for (content, accept, expected) in [
            ("application/grpc-web", None, "application/grpc-web"),
            ("application/grpc-web+proto", Some("*/*"), "application/grpc-web+proto"),
            ("application/grpc-web-text", None, "application/grpc-web-text"),
            ("application/grpc-web", Some("application/grpc-web-text"), "application/grpc-web-text"),
            (
                "application/grpc-web-text+proto",
                Some("x/y, application/grpc-web"),
                "application/grpc-web+proto",
            ),
        ] {
            let headers = headers(content, accept);
            let answer = WebContent::read(&headers).map(|read| read.of_answer());
            assert_eq!(answer, Some(HeaderValue::from_static(expected)), "{content} {accept:?}");
        }
    }
}
