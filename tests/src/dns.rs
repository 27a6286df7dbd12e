//! A server of DNS that knows one name, as the test says, and counts what it is asked. Asked by clients of the tests of name
//! resolution; RFC 1035 as far as it takes.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The name that it knows.
pub const NAME: &str = "shop.test";

const A: u16 = 1;
const AAAA: u16 = 28;

/// Bytes of a message before its question.
const HEAD: usize = 12;

/// See the head of the file. It stops when this is dropped.
#[derive(Debug)]
pub struct Dns {
    /// Where it listens, by UDP and by TCP.
    pub address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
    asked: watch::Receiver<usize>,
    tasks: [JoinHandle<()>; 2],
}

/// What it knows.
#[derive(Clone, Debug, Default)]
struct Zone {
    addresses: Vec<IpAddr>,
    lifetime: Duration,
    /// Whether answers are too long for UDP.
    is_long: bool,
}

impl Dns {
    /// A server on a free port, which does not know the name yet.
    pub async fn start() -> Self {
        let (udp, tcp) = sockets().await;
        let (zone, (count, asked)) = (Arc::<Mutex<Zone>>::default(), watch::channel(0));
        let address = udp.local_addr().expect("it is bound");
        let by_udp = tokio::spawn(answer_udp(udp, Arc::clone(&zone), count));
        let by_tcp = tokio::spawn(answer_tcp(tcp, Arc::clone(&zone)));
        Self { address, zone, asked, tasks: [by_udp, by_tcp] }
    }

    /// The name has these addresses from now on, each answer for so long: whole seconds.
    pub fn set<I: Into<IpAddr>>(&self, addresses: impl IntoIterator<Item = I>, lifetime: Duration) {
        let mut zone = self.zone.lock().unwrap_or_else(PoisonError::into_inner);
        (zone.addresses, zone.lifetime) = (addresses.into_iter().map(Into::into).collect(), lifetime);
    }

    /// Answers by UDP say only that they are too long for it.
    pub fn truncate(&self) {
        self.zone.lock().unwrap_or_else(PoisonError::into_inner).is_long = true;
    }

    /// How many questions for addresses of IPv4 have come by UDP: one each time that the name is asked for.
    pub fn asked(&self) -> usize {
        *self.asked.borrow()
    }

    /// As [`Dns::asked`], to be followed.
    pub fn questions(&self) -> watch::Receiver<usize> {
        self.asked.clone()
    }

    /// The target of its name, and of this port there.
    pub fn target(&self, port: u16) -> String {
        format!("dns://{}/{NAME}:{port}", self.address)
    }
}

impl Drop for Dns {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Both kinds on the same port.
async fn sockets() -> (UdpSocket, TcpListener) {
    loop {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("some port is free");
        let address = udp.local_addr().expect("it is bound");
        if let Ok(tcp) = TcpListener::bind(address).await {
            return (udp, tcp);
        }
    }
}

async fn answer_udp(socket: UdpSocket, zone: Arc<Mutex<Zone>>, count: watch::Sender<usize>) {
    let mut buffer = [0; 512];
    while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
        let zone = zone.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some((kind, answer)) = answer(&buffer[..length], &zone, zone.is_long) else { continue };
        if kind == A {
            count.send_modify(|count| *count += 1);
        }
        // Whoever does not wait any more has no need of it.
        let _ = socket.send_to(&answer, from).await;
    }
}

async fn answer_tcp(listener: TcpListener, zone: Arc<Mutex<Zone>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let zone = Arc::clone(&zone);
        tokio::spawn(async move { drop(converse(stream, &zone).await) });
    }
}

/// RFC 1035, section 4.2.2: each message behind its length.
async fn converse(mut stream: TcpStream, zone: &Mutex<Zone>) -> std::io::Result<()> {
    loop {
        let length = stream.read_u16().await?;
        let mut question = vec![0; length.into()];
        stream.read_exact(&mut question).await?;
        let zone = zone.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some((_, answer)) = answer(&question, &zone, false) else { return Ok(()) };
        let length = u16::try_from(answer.len()).expect("tests have few addresses");
        stream.write_all(&[&length.to_be_bytes()[..], &answer].concat()).await?;
    }
}

/// What is asked for, and the answer.
fn answer(question: &[u8], zone: &Zone, is_truncated: bool) -> Option<(u16, Vec<u8>)> {
    let (name, end) = name(question)?;
    let kind = u16::from_be_bytes(question.get(end..end + 2)?.try_into().ok()?);
    let is_known = name.eq_ignore_ascii_case(NAME) && !zone.addresses.is_empty();
    let fitting = zone.addresses.iter().filter(|address| match address {
        IpAddr::V4(_) => kind == A,
        IpAddr::V6(_) => kind == AAAA,
    });
    let records: Vec<_> = if is_known && !is_truncated {
        fitting.map(|it| record(it, zone.lifetime)).collect()
    } else {
        Vec::new()
    };
    let mut message = question[..2].to_vec();
    // An answer, with authority; recursion as it was wished for.
    message.push(0x84 | u8::from(is_truncated) << 1 | question[2] & 1);
    // No such name, or no error.
    message.push(if is_known { 0 } else { 3 });
    let count = u16::try_from(records.len()).expect("tests have few addresses");
    message.extend([0, 1].into_iter().chain(count.to_be_bytes()).chain([0; 4]));
    message.extend(&question[HEAD..end + 4]);
    message.extend(records.concat());
    Some((kind, message))
}

/// The name that a message asks for, and where it ends.
fn name(question: &[u8]) -> Option<(String, usize)> {
    let (mut labels, mut place) = (Vec::new(), HEAD);
    loop {
        let length = usize::from(*question.get(place)?);
        place += 1;
        if length == 0 {
            return Some((labels.join("."), place));
        }
        labels.push(std::str::from_utf8(question.get(place..place + length)?).ok()?);
        place += length;
    }
}

/// An address of the name in question, which is spelled by its place.
fn record(address: &IpAddr, lifetime: Duration) -> Vec<u8> {
    let (kind, bytes) = match address {
        IpAddr::V4(address) => (A, address.octets().to_vec()),
        IpAddr::V6(address) => (AAAA, address.octets().to_vec()),
    };
    let seconds = u32::try_from(lifetime.as_secs()).expect("no test takes that long");
    let length = u16::try_from(bytes.len()).expect("an address is short");
    let head = [0xC00C, kind, 1].map(u16::to_be_bytes).concat();
    [head, seconds.to_be_bytes().to_vec(), length.to_be_bytes().to_vec(), bytes].concat()
}
