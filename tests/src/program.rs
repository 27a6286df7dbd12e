//! Programs that a test starts: builds them with cargo, runs servers in the background, runs others to their end.
//!
//! Called by every test that needs a second process.

use std::ffi::OsStr;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

const READY: Duration = Duration::from_secs(60);

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the tests are a folder of the workspace").to_path_buf()
}

/// The cargo that built this test.
pub fn cargo() -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(workspace()).env("CARGO_TERM_COLOR", "never").stdin(Stdio::null());
    // What cargo tells a test of its package it would tell the builds that the test starts: build scripts that look at it, as
    // that of ring does, would run again, and all that stands on them be compiled anew.
    let told = |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|begin| name.starts_with(begin));
    for (name, _) in std::env::vars().filter(|(name, _)| told(name)) {
        command.env_remove(name);
    }
    command
}

/// The target folder of the workspace: where caches of tests go, too.
pub fn target_dir() -> PathBuf {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    TARGET
        .get_or_init(|| {
            let output = finish(cargo().args(["metadata", "--no-deps", "--format-version=1"]));
            let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
            PathBuf::from(metadata["target_directory"].as_str().expect("metadata names the target folder"))
        })
        .clone()
}

/// Builds a program of this workspace and gives its path.
///
/// `CARGO_BIN_EXE_*` exists only within one package, so cargo is asked. The whole workspace is selected because cargo
/// unites features over what is selected: another selection would compile the dependencies a second time.
pub fn built(name: &str) -> PathBuf {
    let mut build = cargo();
    build.args([
        "build",
        "--workspace",
        "--locked",
        "--message-format=json-render-diagnostics",
        "--bin",
        name,
    ]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    let output = build.output().expect("cargo starts");
    assert!(output.status.success(), "{name} does not build:\n{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).expect("cargo prints UTF-8");
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .unwrap_or_else(|| panic!("cargo built no program named {name}"))
}

/// Runs a command to its end, which must be a success.
pub fn finish(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert!(
        output.status.success(),
        "{command:?} ended with {}\n{}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    output
}

/// Gives the path of a program of the system, after having installed Debian's `package` if it is missing.
pub fn installed(program: &str, package: &str) -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(path) = on_path(program) {
        return path;
    }
    let mut install = Command::new("sh");
    install.args(["-c", &format!("apt-get update && apt-get install -y {package}")]);
    let done = install.stdin(Stdio::null()).output();
    let told = done.map(|output| String::from_utf8_lossy(&output.stderr).into_owned());
    on_path(program).unwrap_or_else(|| {
        panic!("this test needs {program}, and installing Debian's {package} failed: {told:?}")
    })
}

/// A port of this machine that no one listens on.
///
/// # Panics
/// When all are taken.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("some port is free");
    listener.local_addr().expect("it is bound").port()
}

/// A port that no one listens on at any of the addresses `127.0.0.N`, and that no connection is given by chance: so servers
/// can be started on it again and again.
pub fn free_port_at(last: impl IntoIterator<Item = u8> + Clone) -> u16 {
    // Systems give away those from 32,768 on.
    const PORTS: std::ops::Range<u64> = 12_000..32_000;
    loop {
        let random = RandomState::new().hash_one(Instant::now()) % (PORTS.end - PORTS.start);
        let port = u16::try_from(PORTS.start + random).expect("it is below 65,536");
        let is_free = |last| TcpListener::bind((Ipv4Addr::new(127, 0, 0, last), port)).is_ok();
        if last.clone().into_iter().all(is_free) {
            return port;
        }
    }
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A server in a process of its own. It is stopped when this is dropped; what it said is shown if the test failed.
#[derive(Debug)]
pub struct Running {
    child: Child,
    said: Arc<Mutex<String>>,
    /// Where it listens, as `127.0.0.1:PORT`.
    pub address: String,
}

impl Running {
    /// Starts a server and waits for its line `listening on ADDRESS`.
    pub fn start(program: impl AsRef<OsStr>, arguments: &[&str]) -> Self {
        let mut command = Command::new(program.as_ref());
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let said = Arc::new(Mutex::new(String::new()));
        let lines = collect(child.stdout.take().expect("stdout is piped"), &said);
        collect(child.stderr.take().expect("stderr is piped"), &said);
        let mut running = Self { child, said, address: String::new() };
        running.address = ready_address(&lines)
            .unwrap_or_else(|| panic!("{command:?} did not say where it listens, only:\n{}", running.said()));
        running
    }

    /// Starts a server that does not say where it listens, and waits until it does so on `port`.
    ///
    /// # Panics
    /// When it does not listen soon.
    pub fn start_at(mut command: Command, port: u16) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let said = Arc::new(Mutex::new(String::new()));
        collect(child.stdout.take().expect("stdout is piped"), &said);
        collect(child.stderr.take().expect("stderr is piped"), &said);
        let mut running = Self { child, said, address: format!("127.0.0.1:{port}") };
        let until = Instant::now() + READY;
        while TcpStream::connect(&running.address).is_err() {
            let alive = matches!(running.child.try_wait(), Ok(None)) && Instant::now() < until;
            assert!(alive, "{command:?} does not listen on {port}; it said:\n{}", running.said());
            thread::sleep(Duration::from_millis(20));
        }
        running
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks the process to end, by SIGTERM as Kubernetes does, and waits for it.
    ///
    /// # Panics
    /// When it does not end soon.
    pub fn terminate(mut self) -> ExitStatus {
        finish(Command::new("kill").arg("-TERM").arg(self.id().to_string()));
        let until = Instant::now() + READY;
        loop {
            if let Some(ended) = self.child.try_wait().expect("it is a child of this process") {
                return ended;
            }
            assert!(Instant::now() < until, "the process goes on in spite of SIGTERM");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it has printed so far, both streams.
    pub fn said(&self) -> String {
        self.said.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only where the process has ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            let said = self.said();
            assert!(std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes()).is_ok());
        }
    }
}

fn ready_address(lines: &Receiver<String>) -> Option<String> {
    let until = Instant::now() + READY;
    loop {
        let left = until.checked_duration_since(Instant::now())?;
        let line = lines.recv_timeout(left).ok()?;
        if let Some(address) = line.trim().strip_prefix("listening on ") {
            return Some(address.to_owned());
        }
    }
}

/// Reads a stream to its end in a thread of its own, so that a talkative program never waits for us.
fn collect(stream: impl Read + Send + 'static, said: &Arc<Mutex<String>>) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    let said = Arc::clone(said);
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut all = said.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            all.push_str(&line);
            all.push('\n');
            drop(all);
            // No one listens any more once the address is known.
            let _ = sender.send(line);
        }
    });
    lines
}
