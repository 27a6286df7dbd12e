//! The servers of the soak: processes of the shop that keep their addresses over restarts, by SIGTERM and by SIGKILL in turns.
//! And one that is never restarted, so that it can be seen whether a server grows.

use std::path::PathBuf;

use crate::authority::{Authority, Folder};
use crate::program::{Running, built, free_port};

/// What the certificates are for.
pub(super) const NAME: &str = "shop.test";

/// How many are restarted, of those without TLS and those with it.
const PLAIN: usize = 3;
const SECURE: usize = 2;

/// See the head of the file.
#[derive(Debug)]
pub struct Fleet {
    plain: Vec<Member>,
    secure: Vec<Member>,
    rock: Member,
    /// The certificate that clients trust.
    pub authority: String,
    /// How many restarts there were: by SIGTERM, and by SIGKILL.
    pub restarts: [usize; 2],
    #[expect(dead_code, reason = "its drop removes the certificates")]
    folder: Folder,
}

#[derive(Debug)]
struct Member {
    program: PathBuf,
    arguments: Vec<String>,
    running: Option<Running>,
}

impl Fleet {
    /// All servers, running.
    ///
    /// # Panics
    /// When one does not start.
    pub fn start() -> Self {
        let (folder, authority) = (Folder::new(), Authority::new());
        let identity = authority.sign(NAME);
        let files = [("shop.crt", &identity.certificate), ("shop.key", &identity.key)];
        let files = files.map(|(name, text)| folder.write(name, text).display().to_string());
        let (shop, secured) = (built("shop_server"), built("soak_server"));
        let plain = |place: usize| {
            Member::start(shop.clone(), vec!["--quiet".to_owned(), format!("--addr={}", address(place))])
        };
        let secure =
            |place: usize| Member::start(secured.clone(), [&[address(PLAIN + place)], &files[..]].concat());
        Self {
            plain: (0..PLAIN).map(plain).collect(),
            secure: (0..SECURE).map(secure).collect(),
            rock: plain(PLAIN + SECURE),
            authority: authority.pem(),
            restarts: [0; 2],
            folder,
        }
    }

    /// Where those without TLS listen.
    pub fn plain(&self) -> Vec<String> {
        self.plain.iter().map(Member::address).collect()
    }

    /// Where those with TLS listen.
    pub fn secure(&self) -> Vec<String> {
        self.secure.iter().map(Member::address).collect()
    }

    /// Where the one listens that is never restarted.
    pub fn rock(&self) -> String {
        self.rock.address()
    }

    /// The process of the one that is never restarted.
    pub fn rock_process(&self) -> u32 {
        self.rock.running.as_ref().expect("it runs").id()
    }

    /// Restarts the server whose turn it is. Returns when it is there again.
    ///
    /// # Panics
    /// When it does not end well on SIGTERM, or does not come back.
    pub fn restart(&mut self) {
        let count = self.restarts.iter().sum::<usize>();
        let mut members: Vec<_> = self.plain.iter_mut().chain(&mut self.secure).collect();
        let place = count % members.len();
        let kills = count / members.len() % 2 == usize::from(place.is_multiple_of(2));
        members[place].restart(kills);
        self.restarts[usize::from(kills)] += 1;
    }
}

/// Of this machine: one that no client takes for its own end of a connection, as it would one of 127.0.0.1.
fn address(place: usize) -> String {
    format!("127.0.0.{}:{}", place + 2, free_port())
}

impl Member {
    fn start(program: PathBuf, arguments: Vec<String>) -> Self {
        let mut member = Self { program, arguments, running: None };
        member.run();
        member
    }

    fn run(&mut self) {
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        self.running = Some(Running::start(&self.program, &arguments));
    }

    fn address(&self) -> String {
        self.running.as_ref().expect("it runs").address.clone()
    }

    fn restart(&mut self, kills: bool) {
        let running = self.running.take().expect("it runs");
        if kills {
            drop(running);
        } else {
            let ended = running.terminate();
            assert!(ended.success(), "{} ended with {ended}", self.program.display());
        }
        self.run();
    }
}
