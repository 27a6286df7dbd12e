//! TLS with certificates on both sides, which an authority of our own signs while this runs:
//! `cargo run -p protocall-examples --example tls`. The guide's chapter is `tls`.

use std::error::Error;
use std::io::{self, Write};

use protocall::{Certificate, ClientTls, Context, Result, Server, Status, Tls, tokio};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

mod schema {
    protocall::include_proto!(
        inline = r#"
        syntax = "proto3";
        message Empty {}
        message Greeting { string text = 1; }
        service Desk { rpc Greet(Empty) returns (Greeting); }
    "#
    );
}
use schema::{Desk, DeskClient, DeskServer, Empty, Greeting};

struct Front;

impl Desk for Front {
    async fn greet(&self, context: &Context, _: Empty) -> Result<Greeting> {
        // Who called, by the certificate that was checked.
        let names: Vec<String> =
            context.peer().certificates().iter().flat_map(Certificate::dns_names).collect();
        match names.first() {
            Some(name) => Ok(Greeting { text: format!("Hello, {name}!"), ..Default::default() }),
            None => Err(Status::unauthenticated("there is no name in your certificate")),
        }
    }
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Result<Authority, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::<String>::new())?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    Authority::self_signed(params, KeyPair::generate()?)
}

/// A certificate for `name` and its key, as PEM.
fn sign(authority: &Authority, name: &str) -> Result<(String, String), rcgen::Error> {
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(vec![name.to_owned()])?.signed_by(&key, authority)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

#[protocall::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tell(&mut io::stdout()).await
}

pub(crate) async fn tell(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let (ours, others) = (authority("ours")?, authority("others")?);
    let (certificate, key) = sign(&ours, "desk.shop.example")?;
    let tls = Tls::pem(certificate, key).client_ca_pem(ours.pem());
    let server = Server::new().service(DeskServer::new(Front)).tls(tls).bind("127.0.0.1:0").await?;
    let target = format!("https://{}", server.address());
    tokio::spawn(server.serve());

    // The name that the certificate must have: here it is not that of the target.
    let trusting =
        |authority: &Authority| ClientTls::new().ca_pem(authority.pem()).server_name("desk.shop.example");
    let identity = |authority: &Authority| sign(authority, "till.shop.example");
    let ((till, till_key), (forged, forged_key)) = (identity(&ours)?, identity(&others)?);
    let clients = [
        ("a till with a certificate of our authority", trusting(&ours).identity_pem(till, till_key)),
        ("one without a certificate", trusting(&ours)),
        ("one with a certificate of another authority", trusting(&ours).identity_pem(forged, forged_key)),
        ("one that trusts another authority", trusting(&others)),
    ];
    for (who, tls) in clients {
        let desk = DeskClient::connect(&target).tls(tls).build()?;
        match desk.greet(Empty::default()).await {
            Ok(greeting) => writeln!(out, "{who}: {}", greeting.text)?,
            Err(status) => writeln!(out, "{who}: {:?}, {}", status.code(), status.message())?,
        }
    }
    Ok(())
}
