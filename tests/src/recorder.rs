//! An interceptor that writes down all that it sees, under its name, in a log that several may share.

use std::sync::{Arc, Mutex, PoisonError};

use protocall::{InterceptedCall, InterceptedMessage, Interceptor, Next, Result, Shape};

/// What was seen, in order.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// Adds a line.
    pub fn add(&self, line: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// The lines so far, which are forgotten.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// See the head of the file.
#[derive(Clone, Debug)]
pub struct Recorder {
    name: &'static str,
    log: Log,
}

impl Recorder {
    /// A recorder that writes its name before each line.
    pub fn new(name: &'static str, log: &Log) -> Self {
        Self { name, log: log.clone() }
    }

    fn message(&self, what: &'static str) -> impl FnMut(&mut InterceptedMessage<'_>) -> Result<()> + use<> {
        let (name, log) = (self.name, self.log.clone());
        move |message| {
            let text = message.reflect().get("text").map(|text| format!("{text:?}"));
            log.add(format!("{name} {what} {} {}", message.name(), text.unwrap_or_default()));
            Ok(())
        }
    }
}

impl Interceptor for Recorder {
    async fn intercept(&self, call: &mut InterceptedCall, next: Next<'_>) -> Result<()> {
        let Self { name, log } = self;
        let shape: Option<Shape> = call.method().map(|method| method.shape());
        log.add(format!("{name} begins {} {shape:?}", call.path()));
        call.on_request(self.message("request"));
        call.on_reply(self.message("reply"));
        let headers = log.clone();
        let label = *name;
        call.on_headers(move |metadata| headers.add(format!("{label} headers {metadata:?}")));
        let ended = next.run(call).await;
        let trailers = call.trailers(|trailers| format!("{trailers:?}"));
        let code = ended.as_ref().map_err(|status| status.code());
        log.add(format!("{name} ends {code:?} {trailers}"));
        ended
    }
}
