//! W3C's trace context: `traceparent` and `tracestate`, level 1. Read by servers, written by clients.

use std::str::FromStr;

use http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};

use crate::grpc::Metadata;

const PARENT: &str = "traceparent";
const STATE: &str = "tracestate";

/// The context that a request was made in; an empty one where it does not say, or not as it should.
pub(super) fn read(headers: &HeaderMap) -> Context {
    let mut parents = headers.get_all(PARENT).iter();
    let parent = match (parents.next(), parents.next()) {
        (Some(parent), None) => parent.to_str().ok().and_then(parse),
        _ => None,
    };
    let Some((trace, span, flags)) = parent else { return Context::new() };
    let state: Vec<_> = headers.get_all(STATE).iter().filter_map(|value| value.to_str().ok()).collect();
    // "The vendor must not fail the trace because of a tracestate that it cannot parse."
    let state = TraceState::from_str(&state.join(",")).unwrap_or_default();
    Context::new().with_remote_span_context(SpanContext::new(trace, span, flags, true, state))
}

/// The parts of `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`, or of a later version, which may have more.
fn parse(parent: &str) -> Option<(TraceId, SpanId, TraceFlags)> {
    let mut parts = parent.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_sound = is_hex(version, 2) && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
    if !is_sound || version == "ff" || (version == "00" && parts.next().is_some()) {
        return None;
    }
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?);
    // Of the flags of other versions this one knows the first only.
    let flags = if version == "00" { flags } else { flags & TraceFlags::SAMPLED };
    (trace != TraceId::INVALID && span != SpanId::INVALID).then_some((trace, span, flags))
}

/// Writes the context of a call into its metadata, if there is one and the caller has written none.
pub(super) fn write(context: &Context, metadata: &mut Metadata) {
    let span = context.span();
    let span = span.span_context();
    if !span.is_valid() || metadata.get(PARENT).is_some() {
        return;
    }
    let (trace, id, flags) = (span.trace_id(), span.span_id(), span.trace_flags());
    // Neither can fail: the name is one, and so are the letters of the values.
    let _ = metadata.insert(PARENT, format!("00-{trace}-{id}-{flags:02x}"));
    let state = span.trace_state().header();
    if !state.is_empty() {
        let _ = metadata.insert(STATE, state);
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use opentelemetry::trace::TraceContextExt;

    use super::{PARENT, STATE, read, write};
    use crate::grpc::Metadata;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    /// What becomes of headers on the way in and out.
    fn through(parents: &[&str], states: &[&str]) -> (Option<String>, Option<String>) {
        let mut headers = HeaderMap::new();
        for (name, values) in [(PARENT, parents), (STATE, states)] {
            for value in values {
                headers.append(name, value.parse().unwrap());
            }
        }
        let mut metadata = Metadata::new();
        write(&read(&headers), &mut metadata);
        (metadata.get(PARENT).map(str::to_owned), metadata.get(STATE).map(str::to_owned))
    }

    #[test]
    fn what_is_sound_is_passed_on() {
        for flags in ["00", "01", "03"] {
            let parent = format!("00-{TRACE}-b7ad6b7169203331-{flags}");
            assert_eq!(through(&[&parent], &[]), (Some(parent.clone()), None));
        }
        let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
        let state = Some("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE".to_owned());
        assert_eq!(through(&[&parent], &["rojo=00f067aa0ba902b7", "congo=t61rcWkgMzE"]).1, state);
        assert_eq!(through(&[&parent], &["not a list"]), (Some(parent.clone()), None));
        let later = format!("cc-{TRACE}-b7ad6b7169203331-0f-what-the-future-brings");
        assert_eq!(through(&[&later], &[]), (Some(parent), None));
    }

    #[test]
    fn what_is_not_sound_begins_no_trace() {
        let sound = format!("00-{TRACE}-b7ad6b7169203331-01");
        for parents in [
            vec![],
            vec![""],
            vec![sound.as_str(), sound.as_str()],
            vec!["ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"],
            vec!["00-00000000000000000000000000000000-b7ad6b7169203331-01"],
            vec!["00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"],
            vec!["00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"],
            vec!["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"],
            vec!["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"],
            vec!["00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01"],
        ] {
            assert_eq!(through(&parents, &["rojo=1"]), (None, None), "{parents:?}");
        }
    }

    #[test]
    fn a_context_of_another_process_is_remote() {
        let mut headers = HeaderMap::new();
        headers.insert(PARENT, format!("00-{TRACE}-b7ad6b7169203331-01").parse().unwrap());
        let context = read(&headers);
        assert!(context.span().span_context().is_remote());
        assert!(context.span().span_context().is_sampled());
    }
}
