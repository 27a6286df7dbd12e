//! A certificate that expires while it is in use: open connections and their calls go on, new ones are refused with a
//! status that says why, and a renewed certificate mends it.

use std::time::{Duration, SystemTime};

use protocall::{ClientTls, Code, Server, Status, Tls};
use protocall_tests::authority::{Authority, Folder, Identity};
use protocall_tests::echo::{EchoClient, Parrot, Served, ping, serve_with, within};
use tokio::time::sleep;

/// How long a certificate is good: long enough for a busy machine to connect.
const GOOD_FOR: Duration = Duration::from_secs(8);

/// Longer than what was read from files is used without a look.
const LOOK: Duration = Duration::from_millis(1200);

struct Site {
    server: Served,
    servers: Authority,
    folder: Folder,
}

impl Site {
    async fn new(certificate: &Identity, servers: Authority, clients: &Authority) -> Self {
        let folder = Folder::new();
        put(&folder, certificate);
        folder.write("clients.crt", &clients.pem());
        let tls = Tls::files(folder.path("server.crt"), folder.path("server.key"));
        let tls = tls.client_ca(folder.path("clients.crt"));
        let server = serve_with(Server::new().tls(tls), Parrot).await;
        Self { server, servers, folder }
    }

    /// A client with a connection of its own.
    fn client(&self, identity: &Identity) -> EchoClient {
        let tls = ClientTls::new().ca_pem(self.servers.pem());
        let tls = tls.identity_pem(identity.certificate.clone(), identity.key.clone());
        EchoClient::connect(self.server.target("https")).tls(tls).build().unwrap()
    }
}

fn put(folder: &Folder, identity: &Identity) {
    folder.write("server.crt", &identity.certificate);
    folder.write("server.key", &identity.key);
}

async fn call(client: &EchoClient) -> Result<String, Status> {
    within(client.unary(ping("hello")).into_future()).await.map(|pong| pong.text)
}

async fn expired(until: SystemTime) {
    if let Ok(left) = until.duration_since(SystemTime::now()) {
        sleep(left).await;
    }
    // Certificates count whole seconds.
    sleep(Duration::from_secs(2)).await;
}

#[tokio::test]
async fn a_servers_certificate_expires_under_its_clients() {
    let (servers, clients) = (Authority::new(), Authority::new());
    let until = SystemTime::now() + GOOD_FOR;
    let site = Site::new(&servers.sign_to("localhost", until), servers, &clients).await;
    let identity = clients.sign("till.test");
    let old = site.client(&identity);
    let (mut requests, mut replies) = old.bidi().open();
    requests.send(ping("before")).await.unwrap();
    assert_eq!(within(replies.next()).await.unwrap().unwrap().text, "before");
    assert_eq!(call(&old).await.unwrap(), "hello");

    expired(until).await;
    requests.send(ping("after")).await.unwrap();
    assert_eq!(within(replies.next()).await.unwrap().unwrap().text, "after", "an open stream goes on");
    assert_eq!(call(&old).await.unwrap(), "hello", "an open connection takes calls");
    let status = call(&site.client(&identity)).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains("expired"), "{status}");

    put(&site.folder, &site.servers.sign("localhost"));
    sleep(LOOK).await;
    assert_eq!(call(&site.client(&identity)).await.unwrap(), "hello", "a renewed one is taken");
}

#[tokio::test]
async fn a_clients_certificate_expires_under_its_server() {
    let (servers, clients) = (Authority::new(), Authority::new());
    let certificate = servers.sign("localhost");
    let site = Site::new(&certificate, servers, &clients).await;
    let until = SystemTime::now() + GOOD_FOR;
    let identity = clients.sign_to("till.test", until);
    let old = site.client(&identity);
    assert_eq!(call(&old).await.unwrap(), "hello");

    expired(until).await;
    assert_eq!(call(&old).await.unwrap(), "hello", "an open connection takes calls");
    let status = call(&site.client(&identity)).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(status.message().contains("expired"), "{status}");
    assert_eq!(call(&site.client(&clients.sign("till.test"))).await.unwrap(), "hello");
}
