//! The command lines of the two programs, in the form that gRPC's own have. Called by `src/bin/interop_*.rs`.

use std::fmt;
use std::path::PathBuf;

/// What either program was called with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Where the server listens; 0 takes a free port.
    pub port: u16,
    /// The server's certificate, a PEM file.
    pub tls_cert_file: Option<PathBuf>,
    /// The key of the server's certificate, a PEM file.
    pub tls_key_file: Option<PathBuf>,
    /// Where the server to call is.
    pub server_host: Option<String>,
    /// Where the server to call listens.
    pub server_port: u16,
    /// The name that the server is called by, and that its certificate must be for.
    pub server_host_override: Option<String>,
    /// What to play.
    pub test_case: Option<String>,
    /// Whether to speak TLS.
    pub use_tls: bool,
    /// Whether to trust the authority of `ca_file` only.
    pub use_test_ca: bool,
    /// The authority, a PEM file.
    pub ca_file: Option<PathBuf>,
}

/// Why a program does not start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

impl Flags {
    /// The flags of this process.
    ///
    /// # Errors
    /// When one is unknown or its value is of no use.
    pub fn read() -> Result<Self, Wrong> {
        Self::parse(std::env::args().skip(1))
    }

    /// Flags as `--name=value` or `--name value`; those that are yes or no may stand alone.
    fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, Wrong> {
        let mut flags = Self::default();
        let mut arguments = arguments.into_iter().peekable();
        while let Some(argument) = arguments.next() {
            let bare = argument.strip_prefix("--").or_else(|| argument.strip_prefix('-'));
            let bare = bare.ok_or_else(|| Wrong(format!("{argument:?} is no flag")))?;
            let (name, value) = match bare.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None if is_switch(bare) => (bare, arguments.next_if(|next| is_truth(next))),
                None => (bare, arguments.next()),
            };
            flags.set(name, value)?;
        }
        Ok(flags)
    }

    fn set(&mut self, name: &str, value: Option<String>) -> Result<(), Wrong> {
        if is_switch(name) {
            let value = value.as_deref().unwrap_or("true");
            let yes =
                value.parse().map_err(|_| Wrong(format!("--{name} is true or false, not {value:?}")))?;
            *(if name == "use_tls" { &mut self.use_tls } else { &mut self.use_test_ca }) = yes;
            return Ok(());
        }
        let value = value.ok_or_else(|| Wrong(format!("--{name} needs a value")))?;
        let port = || value.parse().map_err(|_| Wrong(format!("--{name} is a port, not {value:?}")));
        match name {
            "port" => self.port = port()?,
            "server_port" => self.server_port = port()?,
            "tls_cert_file" => self.tls_cert_file = Some(value.into()),
            "tls_key_file" => self.tls_key_file = Some(value.into()),
            "ca_file" => self.ca_file = Some(value.into()),
            "server_host" => self.server_host = Some(value),
            "server_host_override" => self.server_host_override = Some(value),
            "test_case" => self.test_case = Some(value),
            _ => return Err(Wrong(format!("there is no flag --{name}"))),
        }
        Ok(())
    }
}

fn is_switch(name: &str) -> bool {
    matches!(name, "use_tls" | "use_test_ca")
}

fn is_truth(text: &str) -> bool {
    matches!(text, "true" | "false")
}

#[cfg(test)]
mod tests {
    use super::{Flags, Wrong};

    fn parse(line: &str) -> Result<Flags, Wrong> {
        Flags::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn flags_are_read_in_either_form() {
        let wanted = Flags {
            server_host: Some("here".into()),
            server_port: 7,
            use_tls: true,
            use_test_ca: false,
            ca_file: Some("ca.pem".into()),
            test_case: Some("empty_unary".into()),
            ..Flags::default()
        };
        for line in [
            "--server_host=here --server_port=7 --use_tls=true --ca_file=ca.pem --test_case=empty_unary",
            "--server_host here --server_port 7 --use_tls --ca_file ca.pem --test_case empty_unary",
            "--use_tls true --use_test_ca false --server_host=here -server_port=7 --ca_file=ca.pem --test_case=empty_unary",
        ] {
            assert_eq!(parse(line), Ok(wanted.clone()), "{line}");
        }
    }

    #[test]
    fn what_is_no_flag_is_refused() {
        for line in ["port", "--port", "--port=x", "--port=70000", "--nothing=1", "--use_tls=perhaps"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
