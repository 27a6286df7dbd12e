//! Deadlines are counted by a clock that nobody sets: where the time of day jumps by years, forwards or back, calls end when
//! they should. The other side's time of day is faked by libfaketime.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use protocall::{Channel, Code};
use protocall_tests::attack::schema::test::attack::v1::{Document, TargetClient};
use protocall_tests::authority::Folder;
use protocall_tests::echo::FENCE;
use protocall_tests::program::{Running, built, finish, installed};
use protocall_tests::raw::{RawClient, RawServer, grpc_request, with_header};
use tokio::time::{sleep, timeout};

const TEN_YEARS: u64 = 10 * 365 * 86400;

/// A program whose time of day can be set.
struct Faked {
    folder: Folder,
}

impl Faked {
    fn new() -> Self {
        let faked = Self { folder: Folder::new() };
        faked.jump("+0");
        faked
    }

    /// Sets the time of day to this distance from the true one.
    fn jump(&self, distance: &str) {
        self.folder.write("time", distance);
    }

    /// The words before a command's own.
    fn words(&self) -> Vec<String> {
        let time = self.folder.path("time");
        vec![
            format!("LD_PRELOAD={}", library().display()),
            format!("FAKETIME_TIMESTAMP_FILE={}", time.display()),
            "FAKETIME_NO_CACHE=1".to_owned(),
            // That of intervals is the one that must be asked.
            "FAKETIME_DONT_FAKE_MONOTONIC=1".to_owned(),
            built("attacked").display().to_string(),
        ]
    }
}

/// The library of Debian's package faketime.
fn library() -> PathBuf {
    installed("faketime", "faketime");
    let folders = std::fs::read_dir("/usr/lib").expect("there are libraries");
    let places = folders.filter_map(|folder| Some(folder.ok()?.path().join("faketime/libfaketimeMT.so.1")));
    places.into_iter().find(|place| place.is_file()).expect("the package has its library")
}

/// Waits for what must come between one second and `FENCE` from now.
async fn in_due_time<T>(work: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let output = timeout(FENCE, work).await.expect("a deadline of two seconds passes");
    assert!(began.elapsed() > Duration::from_secs(1), "it came after {:?}", began.elapsed());
    output
}

#[tokio::test]
async fn a_server_keeps_deadlines_whatever_its_time_of_day() {
    let faked = Faked::new();
    let words = faked.words();
    let words: Vec<&str> = words.iter().map(String::as_str).chain(["serve"]).collect();
    let server = Running::start("env", &words);
    let target: TargetClient = Channel::connect(format!("http://{}", server.address)).build().unwrap().into();
    let clock = async || target.clock(Document::default()).await.unwrap().count();
    let began = clock().await;
    let mut raw = RawClient::connect(server.address.parse().unwrap()).await;
    for (jump, is_ahead) in [("+10y", true), ("-10y", false)] {
        faked.jump("+0");
        let head = with_header(grpc_request("/test.attack.v1.Target/Hold"), "grpc-timeout", "2S");
        let call = raw.start(head).await;
        let answer = async {
            sleep(Duration::from_millis(200)).await;
            faked.jump(jump);
            let now = clock().await;
            assert!(now.abs_diff(began) > TEN_YEARS - 86400 * 10, "the clock says {now}, after {began}");
            assert_eq!(now > began, is_ahead);
            call.answer().await
        };
        assert_eq!(in_due_time(answer).await.grpc_status(), Some(i32::from(Code::DeadlineExceeded) as u32));
    }
}

#[tokio::test]
async fn a_client_keeps_deadlines_whatever_its_time_of_day() {
    let server = RawServer::start(|mut request| async move {
        request.reset().await;
    })
    .await;
    for jump in ["+10y", "-10y"] {
        let faked = Faked::new();
        let mut command = Command::new("env");
        command.args(faked.words()).args(["call", &server.address.to_string(), "unary"]).stdin(Stdio::null());
        let called = async {
            let called = tokio::task::spawn_blocking(move || finish(&mut command));
            while server.connections() == 0 {
                sleep(Duration::from_millis(10)).await;
            }
            sleep(Duration::from_millis(200)).await;
            faked.jump(jump);
            called.await.unwrap()
        };
        let said = String::from_utf8(in_due_time(called).await.stdout).unwrap();
        let code = said.split(' ').next().unwrap();
        assert_eq!(code, i32::from(Code::DeadlineExceeded).to_string(), "{said}");
    }
}
