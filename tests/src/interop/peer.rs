//! Clients and servers of the interoperability tests as processes, ours and others', which all take gRPC's flags. Called by
//! the tests `interop_with_*.rs`.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::authority::{Authority, Folder};
use crate::program::{Running, finish, free_port};

/// The name that servers are called by where they speak TLS: no one could reach them by it.
const NAME: &str = "interop.test";
/// How many seconds a case may take. Far above what any does: it turns a client that hangs into a failure.
const PATIENCE: &str = "60";

/// The files of a TLS server, and what its clients trust.
#[derive(Debug)]
pub struct Credentials {
    name: String,
    ca: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
    /// Kept for the files.
    _folder: Folder,
}

impl Credentials {
    /// New ones.
    ///
    /// # Panics
    /// When they cannot be made.
    pub fn new() -> Self {
        let authority = Authority::new();
        let identity = authority.sign(NAME);
        Self::of(NAME, &authority.pem(), [&identity.certificate, &identity.key])
    }

    /// Those of a peer that has its own: the authority, and the certificate for `name` with its key.
    ///
    /// # Panics
    /// When they cannot be written.
    pub fn of(name: &str, ca: &str, identity: [&str; 2]) -> Self {
        let folder = Folder::new();
        let write = |file: &str, text: &str| {
            let path = folder.path(file);
            fs::write(&path, text).expect("the folder can be written to");
            path
        };
        let ca = write("ca.pem", ca);
        let (certificate, key) = (write("server.pem", identity[0]), write("server.key", identity[1]));
        Self { name: name.to_owned(), ca, certificate, key, _folder: folder }
    }
}

impl Default for Credentials {
    fn default() -> Self {
        Self::new()
    }
}

fn flag(name: &str, value: impl Into<OsString>) -> OsString {
    let mut flag = OsString::from(format!("--{name}="));
    flag.push(value.into());
    flag
}

/// The flags of a server.
pub fn server_flags(port: u16, tls: Option<&Credentials>) -> Vec<OsString> {
    let mut flags = vec![flag("port", port.to_string()), flag("use_tls", tls.is_some().to_string())];
    if let Some(tls) = tls {
        flags.push(flag("tls_cert_file", &tls.certificate));
        flags.push(flag("tls_key_file", &tls.key));
    }
    flags
}

/// The flags of a client that are there in every case.
pub fn client_flags(port: u16, tls: Option<&Credentials>) -> Vec<OsString> {
    let mut flags = vec![
        flag("server_host", "127.0.0.1"),
        flag("server_port", port.to_string()),
        flag("use_tls", tls.is_some().to_string()),
    ];
    if let Some(tls) = tls {
        flags.push(flag("use_test_ca", "true"));
        flags.push(flag("ca_file", &tls.ca));
        flags.push(flag("server_host_override", &tls.name));
    }
    flags
}

/// A server and the port it listens on.
#[derive(Debug)]
pub struct Server {
    /// The port.
    pub port: u16,
    /// Kept alive for the time of the test.
    _running: Running,
}

impl Server {
    /// Starts `program`, which must be one that takes [`server_flags`].
    ///
    /// # Panics
    /// When it does not listen soon.
    pub fn start(program: Command, tls: Option<&Credentials>) -> Self {
        Self::start_knowing(program, tls, |flags| flags)
    }

    /// Starts `program`, which takes those of [`server_flags`] that are `known`.
    ///
    /// # Panics
    /// When it does not listen soon.
    pub fn start_knowing(
        mut program: Command,
        tls: Option<&Credentials>,
        known: impl Fn(Vec<OsString>) -> Vec<OsString>,
    ) -> Self {
        let port = free_port();
        program.args(known(server_flags(port, tls)));
        Self { port, _running: Running::start_at(program, port) }
    }
}

/// Lets the client of one side play each of `cases` against the server of the other, plain and by TLS. Both must take the
/// flags of gRPC.
///
/// # Panics
/// When a case fails, with what the client said.
pub fn play_plain_and_by_tls(client: impl Fn() -> Command, server: impl Fn() -> Command, cases: &[&str]) {
    let credentials = Credentials::new();
    for tls in [None, Some(&credentials)] {
        let server = Server::start(server(), tls);
        play_all(&client, cases, &client_flags(server.port, tls));
    }
}

/// Lets `client`, which must be one that takes [`client_flags`], play each of `cases` against a server.
///
/// # Panics
/// When a case fails, with what the client said.
pub fn play_all(client: impl Fn() -> Command, cases: &[&str], flags: &[OsString]) {
    assert!(!cases.is_empty(), "there is nothing to play");
    for case in cases {
        let wanted = client();
        let mut limited = Command::new("timeout");
        limited.arg(PATIENCE).arg(wanted.get_program()).args(wanted.get_args());
        for (name, value) in wanted.get_envs() {
            limited.env(name, value.unwrap_or_default());
        }
        finish(limited.args(flags).arg(flag("test_case", case)));
    }
}
