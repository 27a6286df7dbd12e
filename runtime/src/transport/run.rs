//! The runtime that programs without one of their own run on. Called by `#[protocall::main]` and by users.

use tokio::runtime::Builder;

/// Runs `future` to its end on a multi-threaded tokio runtime made for it: what `#[protocall::main]` does.
///
/// # Panics
/// When the operating system gives no threads, and inside another tokio runtime.
#[expect(
    clippy::panic,
    reason = "nobody has connected yet, and a program without threads has nothing to go on with"
)]
pub fn run<F: Future>(future: F) -> F::Output {
    let runtime = match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("cannot start the threads of the runtime: {error}"),
    };
    runtime.block_on(future)
}

/// Ready when the process is asked to stop: SIGINT (ctrl-c), or SIGTERM where there is one.
///
/// ```no_run
/// # use protocall::{Server, stop_signal};
/// let server = Server::new().shutdown(stop_signal());
/// ```
#[cfg(feature = "server")]
pub async fn stop_signal() {
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    let mut terminate = std::pin::pin!(terminate());
    std::future::poll_fn(|cx| {
        use std::task::Poll;
        if interrupt.as_mut().poll(cx).is_ready() || terminate.as_mut().poll(cx).is_ready() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

#[cfg(all(feature = "server", unix))]
async fn terminate() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => drop(signal.recv().await),
        // Without a handler the signal ends the process, which is a stop as well.
        Err(_) => std::future::pending().await,
    }
}

#[cfg(all(feature = "server", not(unix)))]
async fn terminate() {
    std::future::pending().await
}
