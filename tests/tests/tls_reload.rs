//! A certificate that is replaced while the server runs: new connections see the new one, open calls go on, and an unfit
//! one changes nothing.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use protocall::{ClientTls, Server, Tls};
use protocall_tests::authority::{Authority, Folder, Identity};
use protocall_tests::echo::{EchoClient, Parrot, ping, serve_with, within};

/// Longer than what was read from files is used without a look.
const LOOK: Duration = Duration::from_millis(1200);

fn put(folder: &Folder, identity: &Identity) {
    folder.write("server.crt", &identity.certificate);
    folder.write("server.key", &identity.key);
}

fn client(target: String, authority: &Authority) -> EchoClient {
    EchoClient::connect(target).tls(ClientTls::new().ca_pem(authority.pem())).build().unwrap()
}

/// Whether a new connection trusts the server by this authority.
async fn trusts(target: String, authority: &Authority) -> bool {
    within(client(target, authority).unary(ping("")).into_future()).await.is_ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewed_certificate_is_used_without_losing_a_call() {
    let (old, new, folder) = (Authority::new(), Authority::new(), Folder::new());
    put(&folder, &old.sign("localhost"));
    let tls = Tls::files(folder.path("server.crt"), folder.path("server.key"));
    let server = serve_with(Server::new().tls(tls), Parrot).await;

    // Load over the connection from before, and a stream that is open all the time.
    let steady = client(server.target("https"), &old);
    let (mut requests, mut replies) = steady.bidi().open();
    requests.send(ping("before")).await.unwrap();
    assert_eq!(within(replies.next()).await.unwrap().unwrap().text, "before");
    let (stop, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let load = tokio::spawn({
        let (steady, stop, calls) = (steady.clone(), Arc::clone(&stop), Arc::clone(&calls));
        async move {
            while !stop.load(Ordering::Relaxed) {
                steady.unary(ping("load")).await.expect("no call may be lost");
                calls.fetch_add(1, Ordering::Relaxed);
            }
        }
    });

    assert!(trusts(server.target("https"), &old).await);
    put(&folder, &new.sign("localhost"));
    tokio::time::sleep(LOOK).await;
    assert!(trusts(server.target("https"), &new).await, "the new certificate must be in use");
    assert!(!trusts(server.target("https"), &old).await, "the old one must not");

    let before = calls.load(Ordering::Relaxed);
    requests.send(ping("after")).await.unwrap();
    assert_eq!(within(replies.next()).await.unwrap().unwrap().text, "after");
    while calls.load(Ordering::Relaxed) < before + 20 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    stop.store(true, Ordering::Relaxed);
    within(load).await.unwrap();
}

#[tokio::test]
async fn an_unfit_certificate_is_told_once_and_changes_nothing() {
    let (authority, folder) = (Authority::new(), Folder::new());
    put(&folder, &authority.sign("localhost"));
    let told = Arc::new(Mutex::new(Vec::new()));
    let notice = Arc::clone(&told);
    let tls = Tls::files(folder.path("server.crt"), folder.path("server.key")).on_reload(move |outcome| {
        notice.lock().unwrap().push(outcome.clone().map_err(|status| status.to_string()))
    });
    let server = serve_with(Server::new().tls(tls), Parrot).await;

    let fresh = authority.sign("localhost");
    folder.write("server.crt", &fresh.certificate);
    for _ in 0..2 {
        tokio::time::sleep(LOOK).await;
        assert!(trusts(server.target("https"), &authority).await, "the old pair is used on");
    }
    {
        let told = told.lock().unwrap();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].as_ref().unwrap_err().contains("not the one of the certificate"), "{told:?}");
    }
    folder.write("server.key", &fresh.key);
    tokio::time::sleep(LOOK).await;
    assert!(trusts(server.target("https"), &authority).await);
    assert_eq!(told.lock().unwrap().last(), Some(&Ok(())), "the pair that fits is in use");
}

#[tokio::test]
async fn clients_whose_authority_is_taken_away_are_refused_from_then_on() {
    let (servers, old, new, folder) = (Authority::new(), Authority::new(), Authority::new(), Folder::new());
    put(&folder, &servers.sign("localhost"));
    folder.write("clients.crt", &old.pem());
    let tls = Tls::files(folder.path("server.crt"), folder.path("server.key"))
        .client_ca(folder.path("clients.crt"));
    let server = serve_with(Server::new().tls(tls), Parrot).await;
    let identity = old.sign("till.test");
    let settings = ClientTls::new().ca_pem(servers.pem()).identity_pem(identity.certificate, identity.key);
    // One set of settings, so that a session could be resumed: that must not go past the new list.
    let connect = || EchoClient::connect(server.target("https")).tls(settings.clone()).build().unwrap();
    within(connect().unary(ping("")).into_future()).await.unwrap();
    folder.write("clients.crt", &new.pem());
    tokio::time::sleep(LOOK).await;
    within(connect().unary(ping("")).into_future()).await.unwrap_err();
}
