//! A server under calls of h2load: calls a second, and the server's processor time for each. Called by `unary`, and by the
//! bench `rest`.

use std::error::Error;

use protocall_tests::program::{Running, finish};

use crate::processor::cpu_time;
use crate::program::Program;

/// What h2load is to do.
#[derive(Debug, Clone)]
pub(crate) struct Load {
    pub(crate) path: String,
    /// What h2load is told besides: headers, the body.
    pub(crate) words: Vec<String>,
    pub(crate) connections: usize,
    /// Calls at once on each connection.
    pub(crate) streams: usize,
    /// The bytes of a reply.
    pub(crate) reply: usize,
}

impl Load {
    /// Calls a second, and the server's microseconds for each.
    pub(crate) fn run(
        &self,
        program: &Program,
        server: &Running,
        calls: usize,
    ) -> Result<(f64, f64), Box<dyn Error>> {
        let calls = calls.max(4 * self.connections * self.streams);
        let mut command = program.load(&program.h2load);
        for (flag, number) in [("-n", calls), ("-c", self.connections), ("-m", self.streams)] {
            command.args([flag, &number.to_string()]);
        }
        command.args(&self.words).arg(format!("http://{}{}", server.address, self.path));
        let before = cpu_time(server.id());
        let printed = String::from_utf8(finish(&mut command).stdout)?;
        let cpu = cpu_time(server.id()) - before;
        // An error carries no message: only if every reply was whole is this the sum of their bytes.
        let wanted = [format!(" {calls} succeeded, 0 failed"), format!("({}) data", calls * self.reply)];
        if let Some(missing) = wanted.iter().find(|line| !printed.contains(line.as_str())) {
            return Err(format!("{}: not {missing:?} but\n{printed}", self.path).into());
        }
        let rate = printed.split(", ").find_map(|part| part.strip_suffix(" req/s"));
        let rate = rate.ok_or("h2load tells no rate")?.parse()?;
        Ok((rate, cpu.as_secs_f64() * 1e6 / calls as f64))
    }
}
