//! `isovist bench serve`: replies a second over HTTP, with faults, every answer held against the score in this process.

use std::{
    error::Error,
    io::{self, BufRead as _, BufReader, Read as _, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, sleep},
    time::{Duration, Instant},
};

use judge::{
    reward::preset,
    row::{RECORDED_MIX, judge, recorded_mix},
};
use scene::Draw;
use serde::Serialize;
use serde_json::{Value, value::RawValue};

use super::spread::Spread;

/// Replies a second over HTTP from a service of its own, on this computer.
///
/// Every answer is compared, byte for byte, with what this process makes of the row. Any other answer is an error.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeArgs {
    /// Requests
    #[arg(long, default_value_t = 2000, value_name = "N")]
    requests: u64,
    /// Rows of each
    #[arg(long, default_value_t = 100, value_name = "N")]
    batch: u64,
    /// Clients that ask one request after the other
    #[arg(long, default_value_t = 4, value_name = "N")]
    clients: usize,
    /// Share of rows that are malformed
    #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
    malformed: f64,
    /// Share of requests that break off in the middle
    #[arg(long, default_value_t = 0.0, value_name = "SHARE")]
    aborted: f64,
    /// Clients beside them that send a byte at a time until they are cut
    #[arg(long, default_value_t = 0, value_name = "N")]
    slow: usize,
    /// Ask with a row a line instead of an array
    #[arg(long)]
    lines: bool,
    /// Seed of what is drawn
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Report {
    requests: u64,
    replies: u64,
    malformed_rows: u64,
    aborted_requests: u64,
    slow_clients_cut: u64,
    seconds: f64,
    replies_per_s: f64,
    requests_per_s: f64,
    request_ms: Spread,
    wrong_answers: u64,
    memory_mib: Memory,
}

/// Resident memory of the service; nothing where the operating system does not say.
#[derive(Debug, Default, Serialize)]
struct Memory {
    at_start: Option<f64>,
    after_a_tenth: Option<f64>,
    at_end: Option<f64>,
}

/// A row with the answer that it must get; `None`: an error.
struct Known {
    text: String,
    answer: Option<String>,
}

/// Rows that no reply is read from.
const MALFORMED: [&str; 5] = [
    "7",
    "{}",
    r#"{"id": 1, "reply": 3, "truth": {"kind": "count", "value": 3}}"#,
    r#"{"id": 2, "reply": "3", "truth": {"kind": "nothing"}}"#,
    r#"{"id": 3, "reply": "3", "options": ["a"], "answer_text": "B"}"#,
];
/// Rows that are no JSON, which only stand alone on a line.
const BROKEN: [&str; 3] = ["{", "not JSON", "{\"reply\": \"\\"];

/// The service, ended with the run.
struct Service {
    child: Child,
    address: SocketAddr,
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Service {
    fn start() -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", "judge", "--port", "0", "--json", "--log", "warn", "--client-timeout-s", "2"])
            .env_remove("ISOVIST_TOKEN")
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("the service has no output")?).read_line(&mut line)?;
        let bound: Value = serde_json::from_str(&line)?;
        let address = bound["address"].as_str().ok_or("the service says no address")?.parse()?;
        Ok(Self { child, address })
    }

    fn memory_mib(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
    }
}

/// A connection that is kept.
struct Client {
    stream: BufReader<TcpStream>,
    body: Vec<u8>,
}

impl Client {
    fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        Ok(Self { stream: BufReader::with_capacity(1 << 16, stream), body: Vec::new() })
    }

    /// Sends a request and reads the answer's status; its body is kept.
    fn ask(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.get_mut().write_all(request)?;
        let (mut status, mut length) = (0, 0);
        let mut line = String::new();
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let field = line.trim_end().to_ascii_lowercase();
            if let Some(said) = field.strip_prefix("http/1.1 ") {
                status = said.get(..3).and_then(|code| code.parse().ok()).unwrap_or(0);
            } else if let Some(said) = field.strip_prefix("content-length: ") {
                length = said.parse().unwrap_or(0);
            } else if field.is_empty() {
                break;
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        Ok(status)
    }
}

/// What the clients share.
struct Run<'a> {
    args: &'a ServeArgs,
    known: Vec<Known>,
    service: Service,
    begun: AtomicU64,
    aborted: AtomicU64,
    malformed: AtomicU64,
    wrong: AtomicU64,
    cut: AtomicU64,
    over: AtomicBool,
    after_a_tenth: Mutex<Option<f64>>,
}

/// Runs the command.
pub(super) fn run(args: &ServeArgs) -> Result<(), Box<dyn Error>> {
    let preset = preset("isovist").ok_or("the preset is not built in")?;
    let mix = RECORDED_MIX.lines();
    let known = mix
        .zip(recorded_mix()?)
        .map(|(text, row)| {
            Ok(Known { text: text.to_owned(), answer: Some(serde_json::to_string(&judge(preset, &row)?)?) })
        })
        .collect::<Result<_, Box<dyn Error>>>()?;
    let service = Service::start()?;
    let mut memory = Memory { at_start: service.memory_mib(), ..Memory::default() };
    let zero = || AtomicU64::new(0);
    let run = Run {
        args,
        known,
        service,
        begun: zero(),
        aborted: zero(),
        malformed: zero(),
        wrong: zero(),
        cut: zero(),
        over: AtomicBool::new(false),
        after_a_tenth: Mutex::new(None),
    };
    let start = Instant::now();
    let times = thread::scope(|scope| -> Result<Vec<f64>, Box<dyn Error>> {
        for _ in 0..args.slow {
            scope.spawn(|| run.slow_client());
        }
        let clients: Vec<_> = (0..args.clients.max(1)).map(|_| scope.spawn(|| run.client())).collect();
        let mut times = Vec::new();
        let mut failed = None;
        for client in clients {
            match client.join() {
                Ok(Ok(own)) => times.extend(own),
                Ok(Err(error)) => failed = Some(error.to_string()),
                Err(_) => failed = Some("a client panicked".to_owned()),
            }
        }
        run.over.store(true, Ordering::Relaxed);
        failed.map_or(Ok(times), |error| Err(format!("a client failed: {error}").into()))
    })?;
    let seconds = start.elapsed().as_secs_f64();
    memory.after_a_tenth = *run.after_a_tenth.lock().unwrap_or_else(PoisonError::into_inner);
    memory.at_end = run.service.memory_mib();
    let (answered, count) = (times.len() as u64, |counter: &AtomicU64| counter.load(Ordering::Relaxed));
    let report = Report {
        requests: args.requests,
        replies: answered * args.batch,
        malformed_rows: count(&run.malformed),
        aborted_requests: count(&run.aborted),
        slow_clients_cut: count(&run.cut),
        seconds,
        replies_per_s: (answered * args.batch) as f64 / seconds,
        requests_per_s: answered as f64 / seconds,
        request_ms: Spread::of(times).ok_or("nothing was measured")?,
        wrong_answers: count(&run.wrong),
        memory_mib: memory,
    };
    super::show(&report, args.json, table)?;
    if report.wrong_answers > 0 {
        return Err(format!("{} answers are not those of this process", report.wrong_answers).into());
    }
    Ok(())
}

impl Run<'_> {
    /// Asks until all requests are begun; the times of those that were answered, milliseconds.
    fn client(&self) -> Result<Vec<f64>, io::Error> {
        let mut client = Client::connect(self.service.address)?;
        let mut times = Vec::new();
        let (mut rows, mut request) = (Vec::new(), Vec::new());
        loop {
            let number = self.begun.fetch_add(1, Ordering::Relaxed);
            if number >= self.args.requests {
                return Ok(times);
            }
            if number == self.args.requests / 10 {
                *self.after_a_tenth.lock().unwrap_or_else(PoisonError::into_inner) = self.service.memory_mib();
            }
            let mut draw = Draw::new(self.args.seed, &["bench serve"], number);
            self.compose(&mut draw, &mut rows, &mut request)?;
            if draw.unit() < self.args.aborted {
                client.stream.get_mut().write_all(&request[..request.len() / 2])?;
                client = Client::connect(self.service.address)?;
                self.aborted.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            let start = Instant::now();
            let status = client.ask(&request)?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
            let wrong = if status == 200 { self.wrong(&rows, &client.body) } else { self.args.batch };
            self.wrong.fetch_add(wrong, Ordering::Relaxed);
        }
    }

    /// Draws the rows of a request, each with its answer, and writes it.
    fn compose<'r>(
        &'r self,
        draw: &mut Draw,
        rows: &mut Vec<Option<&'r str>>,
        request: &mut Vec<u8>,
    ) -> Result<(), io::Error> {
        rows.clear();
        let mut body = Vec::with_capacity(self.args.batch as usize * 256);
        let lines = self.args.lines;
        body.extend_from_slice(if lines { b"" } else { b"[" });
        for at in 0..self.args.batch {
            if at > 0 {
                body.push(if lines { b'\n' } else { b',' });
            }
            let (text, answer) = if draw.unit() < self.args.malformed {
                self.malformed.fetch_add(1, Ordering::Relaxed);
                let broken = lines && draw.below(2) == 0;
                let text = if broken { draw.pick(&BROKEN) } else { draw.pick(&MALFORMED) };
                (text.copied().unwrap_or_default(), None)
            } else {
                draw.pick(&self.known).map_or(("", None), |known| (known.text.as_str(), known.answer.as_deref()))
            };
            body.extend_from_slice(text.as_bytes());
            rows.push(answer);
        }
        body.extend_from_slice(if lines { b"\n" } else { b"]" });
        let kind = if lines { "application/x-ndjson" } else { "application/json" };
        request.clear();
        let length = body.len();
        write!(
            request,
            "POST /v1/judge HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
        )?;
        request.extend_from_slice(&body);
        Ok(())
    }

    /// How many answers are not those that the rows must get.
    fn wrong(&self, rows: &[Option<&str>], body: &[u8]) -> u64 {
        let is_right = |row: Option<&str>, answer: &str| match row {
            Some(expected) => expected == answer,
            None => answer.contains("\"error\":{\"code\":") && !answer.contains("\"total\":"),
        };
        let answers: Vec<&str> = if self.args.lines {
            std::str::from_utf8(body).map(|text| text.lines().collect()).unwrap_or_default()
        } else {
            let raw: Vec<&RawValue> = serde_json::from_slice(body).unwrap_or_default();
            raw.into_iter().map(RawValue::get).collect()
        };
        let right = rows.iter().zip(&answers).filter(|(row, answer)| is_right(**row, answer)).count();
        rows.len().max(answers.len()).saturating_sub(right) as u64
    }

    /// Sends a byte of a head at a time, and begins anew where it is cut, until the run is over.
    fn slow_client(&self) {
        let head = b"POST /v1/judge HTTP/1.1\r\nHost: localhost\r\nX-Padding: ";
        while !self.over.load(Ordering::Relaxed) {
            let Ok(mut stream) = TcpStream::connect(self.service.address) else { return };
            for byte in head.iter().chain([b'x'].iter().cycle()) {
                if self.over.load(Ordering::Relaxed) {
                    return;
                }
                if stream.write_all(&[*byte]).is_err() {
                    self.cut.fetch_add(1, Ordering::Relaxed);
                    break;
                }
                sleep(Duration::from_millis(50));
            }
        }
    }
}

fn table(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let Report { requests, replies, seconds, replies_per_s, requests_per_s, .. } = report;
    writeln!(
        out,
        "{requests} requests, {replies} replies judged in {seconds:.1} s: {replies_per_s:.0} replies/s, {requests_per_s:.0} requests/s"
    )?;
    writeln!(out, "a request took {:.2} ms (median), {:.2} ms (p99)", report.request_ms.median, report.request_ms.p99)?;
    writeln!(
        out,
        "{} rows were malformed, {} requests broke off, {} slow clients were cut; {} answers were wrong",
        report.malformed_rows, report.aborted_requests, report.slow_clients_cut, report.wrong_answers
    )?;
    let mib = |memory: Option<f64>| memory.map_or("?".to_owned(), |mib| format!("{mib:.0}"));
    let Memory { at_start, after_a_tenth, at_end } = &report.memory_mib;
    writeln!(
        out,
        "memory of the service, MiB: {} at the start, {} after a tenth, {} at the end",
        mib(*at_start),
        mib(*after_a_tenth),
        mib(*at_end)
    )
}
