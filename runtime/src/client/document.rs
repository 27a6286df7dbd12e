//! gRPC's service config as its JSON document: `service_config.proto`, with what gRFCs A6 and A24 say of it. Read by
//! `ServiceConfig::from_json`.

use std::time::Duration;

use serde_json::Value;

use super::config::{MethodConfig, ServiceConfig, Spread};
use super::node::{Mistake, Node};
use super::policy::{Codes, Hedge, Policy, Retry};
use crate::grpc::{Backoff, Code, Result, Status};

/// A6: what a document asks for beyond that is as good as that.
const MOST_ATTEMPTS: u64 = 5;

impl ServiceConfig {
    /// Reads a service config in JSON, as gRPC's documentation has it: `methodConfig` with `name`, `timeout`,
    /// `waitForReady`, `maxRequestMessageBytes`, `maxResponseMessageBytes`, and `retryPolicy` or `hedgingPolicy`;
    /// `retryThrottling`; `loadBalancingConfig` and `loadBalancingPolicy`; `healthCheckConfig` with `serviceName`. Of more than
    /// five attempts five are made. Other fields are passed over.
    ///
    /// ```
    /// use protocall::ServiceConfig;
    ///
    /// let config = ServiceConfig::from_json(r#"{
    ///     "loadBalancingConfig": [{"round_robin": {}}],
    ///     "methodConfig": [{
    ///         "name": [{"service": "shop.v1.Shop"}],
    ///         "timeout": "2.5s",
    ///         "retryPolicy": {
    ///             "maxAttempts": 4,
    ///             "initialBackoff": "0.1s",
    ///             "maxBackoff": "1s",
    ///             "backoffMultiplier": 2,
    ///             "retryableStatusCodes": ["UNAVAILABLE"]
    ///         }
    ///     }],
    ///     "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1}
    /// }"#)?;
    /// # Ok::<(), protocall::Status>(())
    /// ```
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` for what is no JSON, or no service config: with the place.
    pub fn from_json(text: &str) -> Result<Self> {
        let wrong = |why: String| Status::invalid_argument(format!("this is no service config: {why}"));
        let document: Value = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        service(&Node::root(&document)).map_err(wrong)
    }
}

fn service(root: &Node<'_>) -> Result<ServiceConfig, Mistake> {
    root.object()?;
    let mut config = ServiceConfig::new();
    let mut all = None;
    for method in root.items("methodConfig")? {
        let holds = method_config(&method)?;
        for name in method.items("name")? {
            let replaced = match path(&name)? {
                None => all.replace(holds.clone()),
                Some(path) => config.named.insert(path, holds.clone()),
            };
            if replaced.is_some() {
                return Err(name.wrong("this name has an entry already"));
            }
        }
    }
    config.all = all.unwrap_or_default();
    if let Some(throttle) = root.field("retryThrottling")? {
        let tokens = throttle.required("maxTokens")?;
        let most = u32::try_from(tokens.integer()?).map_err(|_| tokens.wrong("it is too large"))?;
        config.throttle = Some((most, throttle.required("tokenRatio")?.float()?));
    }
    config.spread = spread(root)?;
    if let Some(health) = root.field("healthCheckConfig")? {
        // proto3: a field that is not there is empty, which stands for the server as a whole.
        let service = health.field("serviceName")?.map_or(Ok(""), |name| name.text())?;
        config.health = Some(service.to_owned());
    }
    Ok(config)
}

/// What a name stands for; `None` for everything.
fn path(name: &Node<'_>) -> Result<Option<String>, Mistake> {
    let text = |field| name.field(field)?.map_or(Ok(""), |field| field.text());
    match (text("service")?, text("method")?) {
        ("", "") => Ok(None),
        ("", _) => Err(name.wrong("a method has a service")),
        // An entry without a method is for all of the service.
        (service, method) => Ok(Some(format!("/{service}/{method}"))),
    }
}

fn method_config(method: &Node<'_>) -> Result<MethodConfig, Mistake> {
    let bytes = |name| -> Result<Option<usize>, Mistake> {
        match method.field(name)? {
            Some(field) => Ok(Some(usize::try_from(field.integer()?).unwrap_or(usize::MAX))),
            None => Ok(None),
        }
    };
    let policy = match (method.field("retryPolicy")?, method.field("hedgingPolicy")?) {
        (None, None) => Policy::Never,
        (Some(retry), None) => Policy::Retry(self::retry(&retry)?),
        (None, Some(hedge)) => Policy::Hedge(self::hedge(&hedge)?),
        (Some(_), Some(_)) => return Err(method.wrong("there is a retryPolicy and a hedgingPolicy")),
    };
    Ok(MethodConfig {
        policy,
        timeout: method.field("timeout")?.map(|field| field.duration()).transpose()?,
        waits: method.field("waitForReady")?.map(|field| field.flag()).transpose()?,
        max_receive: bytes("maxResponseMessageBytes")?,
        max_send: bytes("maxRequestMessageBytes")?,
    })
}

fn retry(policy: &Node<'_>) -> Result<Retry, Mistake> {
    let positive = |name: &str| {
        let field = policy.required(name)?;
        match field.duration()? {
            Duration::ZERO => Err(field.wrong("it must be more than nothing")),
            wait => Ok(wait),
        }
    };
    let multiplier = policy.required("backoffMultiplier")?;
    let backoff = Backoff {
        initial: positive("initialBackoff")?,
        multiplier: multiplier.float()?,
        max: positive("maxBackoff")?,
    };
    if backoff.multiplier <= 0.0 {
        return Err(multiplier.wrong("it must be more than nothing"));
    }
    let codes = self::codes(policy, "retryableStatusCodes")?;
    if codes == Codes::default() {
        return Err(policy.wrong("retryableStatusCodes must name some"));
    }
    Ok(Retry { attempts: attempts(policy)?, backoff, codes })
}

fn hedge(policy: &Node<'_>) -> Result<Hedge, Mistake> {
    let delay = policy.field("hedgingDelay")?.map(|field| field.duration()).transpose()?;
    Ok(Hedge {
        attempts: attempts(policy)?,
        delay: delay.unwrap_or_default(),
        non_fatal: codes(policy, "nonFatalStatusCodes")?,
    })
}

fn attempts(policy: &Node<'_>) -> Result<u32, Mistake> {
    let field = policy.required("maxAttempts")?;
    match field.integer()? {
        0 | 1 => Err(field.wrong("it must be 2 or more")),
        most => Ok(u32::try_from(most.min(MOST_ATTEMPTS)).unwrap_or_default()),
    }
}

/// Codes by number, or by name in any case.
fn codes(policy: &Node<'_>, name: &str) -> Result<Codes, Mistake> {
    let code = |node: Node<'_>| {
        let code = match node.text() {
            Ok(text) => Code::ALL.into_iter().find(|code| code.name().eq_ignore_ascii_case(text)),
            Err(_) => u32::try_from(node.integer()?).ok().and_then(Code::from_number),
        };
        code.ok_or_else(|| node.wrong("gRPC has no such code"))
    };
    policy.items(name)?.into_iter().map(code).collect()
}

/// How calls are spread: by the first policy of the list that is known, gRFC A24; or by the older field.
fn spread(root: &Node<'_>) -> Result<Option<Spread>, Mistake> {
    let known = |name: &str| match name {
        "pick_first" => Some(Spread::PickFirst),
        "round_robin" => Some(Spread::RoundRobin),
        "least_request" | "least_request_experimental" => Some(Spread::LeastRequest),
        _ => None,
    };
    let list = root.items("loadBalancingConfig")?;
    for policy in &list {
        if let Some(spread) = policy.object()?.keys().find_map(|name| known(name)) {
            return Ok(Some(spread));
        }
    }
    if let Some(last) = list.last() {
        return Err(last.wrong("none of these policies is known here"));
    }
    match root.field("loadBalancingPolicy")? {
        Some(field) => known(&field.text()?.to_ascii_lowercase())
            .map(Some)
            .ok_or_else(|| field.wrong("this policy is not known here")),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::config::{MethodConfig, ServiceConfig, Spread};
    use super::super::policy::{Hedge, Retry};
    use crate::grpc::{Code, Method, Shape};

    #[test]
    fn a_document_says_what_can_be_said_in_rust() {
        let read = ServiceConfig::from_json(
            r#"{
                "methodConfig": [
                    {"name": [{}], "waitForReady": true, "timeout": "1.5s"},
                    {"name": [{"service": "a.B"}], "retryPolicy": {"maxAttempts": 9, "initialBackoff": ".1s",
                        "maxBackoff": "1s", "backoffMultiplier": 1.5, "retryableStatusCodes": ["unavailable", 10]}},
                    {"name": [{"service": "a.B", "method": "C"}], "maxRequestMessageBytes": 7,
                        "maxResponseMessageBytes": "8", "hedgingPolicy": {"maxAttempts": 3}, "later": null}
                ],
                "loadBalancingConfig": [{"xds": {}}, {"round_robin": {}}],
                "healthCheckConfig": {"serviceName": "a.B"},
                "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1}
            }"#,
        )
        .unwrap();
        let millis = Duration::from_millis;
        let retry = Retry::standard()
            .attempts(5)
            .backoff(millis(100), millis(1000))
            .multiplier(1.5)
            .codes([Code::Unavailable, Code::Aborted]);
        let hedge = MethodConfig::new()
            .hedge(Hedge::after(Duration::ZERO).attempts(3).non_fatal([]))
            .max_send_message_size(7)
            .max_receive_message_size(8);
        let mut expected = ServiceConfig::new()
            .all(MethodConfig::new().wait_for_ready(true).timeout(millis(1500)))
            .service("a.B", MethodConfig::new().retry(retry))
            .method(&Method::new("/a.B/C", Shape::Unary), hedge)
            .throttle(10, 0.1)
            .health_check("a.B");
        expected.spread = Some(Spread::RoundRobin);
        assert_eq!(read, expected);
        assert_eq!(ServiceConfig::from_json("{}").unwrap(), ServiceConfig::new());
        let unnamed = ServiceConfig::from_json(r#"{"healthCheckConfig": {}}"#).unwrap();
        assert_eq!(unnamed, ServiceConfig::new().health_check(""));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let retry = |more: &str| {
            format!(
                r#"{{"methodConfig": [{{"name": [{{}}], "retryPolicy": {{"maxAttempts": 2, "initialBackoff": "1s",
                "maxBackoff": "1s", "backoffMultiplier": 2, "retryableStatusCodes": [14], {more}}}}}]}}"#
            )
        };
        for (text, place) in [
            ("[]".to_owned(), "an object"),
            ("{".to_owned(), "EOF"),
            (r#"{"methodConfig": {}}"#.to_owned(), "methodConfig"),
            (r#"{"methodConfig": [{"name": [{"method": "x"}]}]}"#.to_owned(), "methodConfig[0].name[0]"),
            (r#"{"methodConfig": [{"name": [{}, {}]}]}"#.to_owned(), "methodConfig[0].name[1]"),
            (r#"{"methodConfig": [{"timeout": "1"}]}"#.to_owned(), "methodConfig[0].timeout"),
            (r#"{"methodConfig": [{"retryPolicy": {}, "hedgingPolicy": {}}]}"#.to_owned(), "methodConfig[0]"),
            (r#"{"methodConfig": [{"retryPolicy": {}}]}"#.to_owned(), "backoffMultiplier"),
            (retry(r#""maxAttempts": 1"#), "maxAttempts"),
            (retry(r#""initialBackoff": "0s""#), "initialBackoff"),
            (retry(r#""maxBackoff": "-1s""#), "maxBackoff"),
            (retry(r#""backoffMultiplier": 0"#), "backoffMultiplier"),
            (retry(r#""retryableStatusCodes": []"#), "retryableStatusCodes"),
            (retry(r#""retryableStatusCodes": ["NOPE"]"#), "retryableStatusCodes[0]"),
            (r#"{"loadBalancingConfig": [{"xds": {}}]}"#.to_owned(), "loadBalancingConfig[0]"),
            (r#"{"retryThrottling": {"maxTokens": 1}}"#.to_owned(), "tokenRatio"),
            (r#"{"healthCheckConfig": {"serviceName": 1}}"#.to_owned(), "healthCheckConfig.serviceName"),
        ] {
            let status = ServiceConfig::from_json(&text).unwrap_err();
            assert_eq!(status.code(), Code::InvalidArgument);
            assert!(status.message().contains(place), "{text}: {status}");
        }
    }
}
