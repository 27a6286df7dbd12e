//! The standard details, each in one call. Used by users.

use std::error::Error;
use std::time;

use super::generated::google::rpc::{
    BadRequest, DebugInfo, ErrorInfo, Help, LocalizedMessage, PreconditionFailure, QuotaFailure, RequestInfo,
    ResourceInfo, RetryInfo, bad_request, help, precondition_failure, quota_failure,
};
use crate::well_known::Duration;

impl BadRequest {
    /// One field of the request that is wrong: its path, as `items[2].name` or `customer.id`, and why.
    pub fn violation(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self::default().and(field, description)
    }

    /// One more field that is wrong.
    #[must_use]
    pub fn and(mut self, field: impl Into<String>, description: impl Into<String>) -> Self {
        self.field_violations.push(bad_request::FieldViolation {
            field: field.into(),
            description: description.into(),
            ..Default::default()
        });
        self
    }
}

impl RetryInfo {
    /// The caller should wait so long before it tries again. More than 10,000 years are as many.
    pub fn after(delay: time::Duration) -> Self {
        let delay = Duration::try_from(delay).unwrap_or(Duration::MAX);
        Self { retry_delay: Some(delay), ..Self::default() }
    }

    /// How long to wait before the next try: `None` where that is not said, or makes no sense.
    pub fn delay(&self) -> Option<time::Duration> {
        self.retry_delay.as_ref()?.try_into().ok()
    }
}

impl ErrorInfo {
    /// The cause in a word for programs, `ORDER_INCOMPLETE`, and who defines it: `shop.example.com`.
    pub fn new(reason: impl Into<String>, domain: impl Into<String>) -> Self {
        Self { reason: reason.into(), domain: domain.into(), ..Self::default() }
    }

    /// One more thing to know of the cause.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }
}

impl QuotaFailure {
    /// One quota that is used up: whose, as `project:7`, and what there is too much of.
    pub fn violation(subject: impl Into<String>, description: impl Into<String>) -> Self {
        Self::default().and(subject, description)
    }

    /// One more quota that is used up.
    #[must_use]
    pub fn and(mut self, subject: impl Into<String>, description: impl Into<String>) -> Self {
        self.violations.push(quota_failure::Violation {
            subject: subject.into(),
            description: description.into(),
            ..Default::default()
        });
        self
    }
}

impl PreconditionFailure {
    /// One thing that had to hold and does not: its kind in a word, `TERMS`, what it is about, and what is to be done.
    pub fn violation(
        kind: impl Into<String>,
        subject: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self::default().and(kind, subject, description)
    }

    /// One more thing that does not hold.
    #[must_use]
    pub fn and(
        mut self,
        kind: impl Into<String>,
        subject: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        self.violations.push(precondition_failure::Violation {
            r#type: kind.into(),
            subject: subject.into(),
            description: description.into(),
            ..Default::default()
        });
        self
    }
}

impl DebugInfo {
    /// What the server knows of the failure, for those who work on it.
    pub fn new(detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..Self::default() }
    }

    /// An error and, as the entries of the stack, the errors that caused it, from the nearest to the first.
    pub fn of(error: &dyn Error) -> Self {
        let causes = std::iter::successors(error.source(), |cause: &&dyn Error| (*cause).source());
        let stack_entries = causes.map(ToString::to_string).collect();
        Self { stack_entries, ..Self::new(error.to_string()) }
    }
}

impl RequestInfo {
    /// What the server calls the request, so that it can be found in its logs.
    pub fn new(request_id: impl Into<String>) -> Self {
        Self { request_id: request_id.into(), ..Self::default() }
    }
}

impl ResourceInfo {
    /// The resource that the call is about: its type, as `shop.v1.Order`, and its name.
    pub fn new(kind: impl Into<String>, name: impl Into<String>) -> Self {
        Self { resource_type: kind.into(), resource_name: name.into(), ..Self::default() }
    }

    /// Why it cannot be had.
    #[must_use]
    pub fn because(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }
}

impl Help {
    /// Where to read on: what is there, and its URL.
    pub fn link(description: impl Into<String>, url: impl Into<String>) -> Self {
        Self::default().and(description, url)
    }

    /// One more place to read on.
    #[must_use]
    pub fn and(mut self, description: impl Into<String>, url: impl Into<String>) -> Self {
        let (description, url) = (description.into(), url.into());
        self.links.push(help::Link { description, url, ..Default::default() });
        self
    }
}

impl LocalizedMessage {
    /// A text that may be shown to users of this locale: `de-CH`.
    pub fn new(locale: impl Into<String>, message: impl Into<String>) -> Self {
        Self { locale: locale.into(), message: message.into(), ..Self::default() }
    }
}
