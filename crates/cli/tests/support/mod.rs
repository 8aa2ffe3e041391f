//! The service as a child process, and clients of it over plain sockets.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

/// A service on a free port; ended with the test.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl Server {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_isovist"));
        command.args(["serve", "judge", "--port", "0", "--json"]).args(arguments);
        if !arguments.contains(&"--log") {
            command.args(["--log", "warn"]);
        }
        command.env_remove("ISOVIST_TOKEN").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("standard output")).read_line(&mut line).expect("a line");
        let bound: Value = serde_json::from_str(&line).expect("the address as JSON");
        let mut address: SocketAddr = bound["address"].as_str().expect("an address").parse().expect("an address");
        if address.ip().is_unspecified() {
            address.set_ip([127, 0, 0, 1].into());
        }
        Self { child, address }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream
    }

    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Answer {
        let length = format!("Content-Length: {}", body.len());
        let own = headers.iter().any(|header| header.starts_with("Host:"));
        let mut head = vec![format!("{method} {path} HTTP/1.1"), "Connection: close".to_owned(), length];
        head.extend((!own).then(|| "Host: localhost".to_owned()));
        head.extend(headers.iter().map(|header| (*header).to_owned()));
        let mut stream = self.connect();
        stream.write_all(format!("{}\r\n\r\n", head.join("\r\n")).as_bytes()).expect("sent");
        // The service may refuse before all is sent.
        let _ = stream.write_all(body);
        answer(stream).expect("an answer")
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], b"")
    }

    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        self.ask("POST", path, &[], body.as_bytes())
    }

    pub(crate) fn signal(&self, name: &str) {
        let done = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(done.expect("kill runs").success());
    }

    /// Waits for the end and gives the exit status; `None` where it does not come.
    pub(crate) fn end(&mut self) -> Option<i32> {
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().expect("a status") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        None
    }

    /// What was logged, once it has ended.
    pub(crate) fn log(&mut self) -> String {
        let mut log = String::new();
        self.child.stderr.take().expect("standard error").read_to_string(&mut log).expect("UTF-8");
        log
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The answer on a connection that is closed, or whose answer has a length; `None` where there is none.
pub(crate) fn answer(stream: TcpStream) -> Option<Answer> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        head += &line.replace("\r\n", "\n");
    }
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let mut answer = Answer { status, head, body: String::new() };
    let length: u64 = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    reader.take(length).read_to_string(&mut answer.body).ok()?;
    Some(answer)
}

/// A WebSocket, as much of RFC 6455 as a test needs.
pub(crate) struct Socket {
    stream: BufReader<TcpStream>,
}

impl Socket {
    pub(crate) fn open(server: &Server) -> Self {
        let mut stream = server.connect();
        let head = "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        stream.write_all(head.as_bytes()).expect("sent");
        let mut stream = BufReader::new(stream);
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            assert!(stream.read_line(&mut line).expect("a line") > 0, "no handshake");
            if line.starts_with("HTTP/1.1 ") {
                assert!(line.starts_with("HTTP/1.1 101"), "{line}");
            }
        }
        Self { stream }
    }

    /// Sends a text, masked with zeros.
    pub(crate) fn send(&mut self, text: &[u8]) {
        let mut frame = vec![0x81];
        match text.len() {
            short @ 0..126 => frame.push(0x80 | short as u8),
            long @ 126..0x10000 => {
                frame.push(0xfe);
                frame.extend((long as u16).to_be_bytes());
            }
            longer => {
                frame.push(0xff);
                frame.extend((longer as u64).to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(text);
        // The service may close before all is sent.
        let _ = self.stream.get_mut().write_all(&frame);
    }

    /// Kind and content of the next frame; `None` at the end.
    fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut head = [0; 2];
        self.stream.read_exact(&mut head).ok()?;
        let length = match head[1] & 0x7f {
            126 => {
                let mut long = [0; 2];
                self.stream.read_exact(&mut long).ok()?;
                u64::from(u16::from_be_bytes(long))
            }
            127 => {
                let mut long = [0; 8];
                self.stream.read_exact(&mut long).ok()?;
                u64::from_be_bytes(long)
            }
            short => u64::from(short),
        };
        let mut content = vec![0; length as usize];
        self.stream.read_exact(&mut content).ok()?;
        Some((head[0] & 0x0f, content))
    }

    /// The next message; `None` where the connection is closed instead.
    pub(crate) fn next(&mut self) -> Option<Value> {
        let (kind, content) = self.frame()?;
        (kind == 1).then(|| serde_json::from_slice(&content).expect("JSON"))
    }

    pub(crate) fn ask(&mut self, message: &Value) -> Value {
        self.send(message.to_string().as_bytes());
        self.next().expect("an answer")
    }

    /// The code with which the connection is closed.
    pub(crate) fn closed(&mut self) -> Option<u16> {
        let (kind, content) = self.frame()?;
        let code = [*content.first()?, *content.get(1)?];
        (kind == 8).then(|| u16::from_be_bytes(code))
    }
}
