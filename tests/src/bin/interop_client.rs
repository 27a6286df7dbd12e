//! The client of gRPC's interoperability tests, with the flags that all of them take: `interop_client --server_host=HOST
//! --server_port=N --test_case=NAME [--server_host_override=NAME --use_tls=true --use_test_ca=true --ca_file=PEM]`. Ends with 0
//! where the case passes.
//!
//! Started by the tests that let it call foreign servers.

use protocall::{Channel, ClientTls, Result, Status};
use protocall_tests::interop::{Flags, play};

#[protocall::main]
async fn main() -> Result<()> {
    let mut flags = Flags::read().map_err(|wrong| Status::invalid_argument(wrong.to_string()))?;
    let case = flags.test_case.take();
    let case = case.ok_or_else(|| Status::invalid_argument("--test_case is missing"))?;
    if play(&case, channel(flags)?).await? {
        Ok(())
    } else {
        Err(Status::invalid_argument(format!("there is no case {case:?}")))
    }
}

fn channel(flags: Flags) -> Result<Channel> {
    let scheme = if flags.use_tls { "https" } else { "http" };
    let host = flags.server_host.unwrap_or_else(|| "localhost".to_owned());
    let mut connect = Channel::connect(format!("{scheme}://{host}:{}", flags.server_port));
    if let Some(name) = flags.server_host_override {
        connect = connect.authority(name);
    }
    if flags.use_tls && flags.use_test_ca {
        let ca = flags.ca_file;
        let ca = ca.ok_or_else(|| Status::invalid_argument("--use_test_ca needs --ca_file"))?;
        connect = connect.tls(ClientTls::new().ca(ca));
    }
    connect.build()
}
