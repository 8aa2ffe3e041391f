//! A small server that speaks as S3 does, and as Google Cloud Storage does at its XML door: objects in memory, faults on demand.

#![allow(dead_code, reason = "every test file uses a part of it")]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
};

/// What is to go wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// A refusal with this status, and the body that S3 sends: it repeats the key and what was signed.
    Status(u16),
    /// The connection is dropped after half of the body.
    Drop,
    /// The reply breaks off.
    HalfReply,
}

/// A request, as faults are decided by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `PUT`.
    pub(crate) method: String,
    /// `/bucket/key`.
    pub(crate) path: String,
    /// What stands behind the question mark.
    pub(crate) query: String,
    /// The header of this name.
    pub(crate) authorization: String,
}

type Judge = dyn FnMut(&Asked) -> Fault + Send;

#[derive(Default)]
struct State {
    /// `bucket/key` to bytes.
    objects: BTreeMap<String, Vec<u8>>,
    /// Upload to its object and pieces.
    uploads: BTreeMap<String, (String, BTreeMap<u32, Vec<u8>>)>,
    next_upload: u32,
    log: Vec<Asked>,
    judge: Option<Box<Judge>>,
}

/// The server; it ends with the process.
#[derive(Clone)]
pub(crate) struct Server {
    state: Arc<Mutex<State>>,
    address: String,
}

/// Names listed at once, so that lists have several pages.
const PAGE: usize = 7;

impl Server {
    /// Serves on a port of its own.
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let server = Self { state: Arc::default(), address };
        let own = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = own.clone();
                thread::spawn(move || server.talk(&stream));
            }
        });
        server
    }

    /// `http://127.0.0.1:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panicked")
    }

    /// Decides faults from now on.
    pub(crate) fn judge(&self, judge: impl FnMut(&Asked) -> Fault + Send + 'static) {
        self.state().judge = Some(Box::new(judge));
    }

    /// The objects below a prefix, by what follows it.
    pub(crate) fn objects(&self, prefix: &str) -> BTreeMap<String, Vec<u8>> {
        let state = self.state();
        let below = state.objects.iter().filter_map(|(key, bytes)| Some((key.strip_prefix(prefix)?, bytes)));
        below.map(|(key, bytes)| (key.to_owned(), bytes.clone())).collect()
    }

    /// Puts an object there.
    pub(crate) fn insert(&self, key: &str, bytes: &[u8]) {
        self.state().objects.insert(key.to_owned(), bytes.to_vec());
    }

    /// Takes an object away.
    pub(crate) fn remove(&self, key: &str) {
        self.state().objects.remove(key).expect("an object");
    }

    /// Uploads that were begun, and neither completed nor aborted.
    pub(crate) fn open_uploads(&self) -> usize {
        self.state().uploads.len()
    }

    /// All that was asked.
    pub(crate) fn log(&self) -> Vec<Asked> {
        self.state().log.clone()
    }

    fn talk(&self, stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        while self.one(&mut reader, stream).is_some() {}
    }

    fn one(&self, reader: &mut BufReader<&TcpStream>, mut stream: &TcpStream) -> Option<()> {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let mut words = line.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let (mut headers, mut line) = (BTreeMap::new(), String::new());
        while reader.read_line(&mut line).ok()? > 2 {
            if let Some((name, value)) = line.split_once(':') {
                headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
            }
            line.clear();
        }
        let header = |name: &str| headers.get(name).cloned().unwrap_or_default();
        let length: usize = header("content-length").parse().unwrap_or(0);
        let asked = Asked {
            method: method.clone(),
            path: decoded(path),
            query: decoded(query),
            authorization: header("authorization"),
        };
        let fault = {
            let mut state = self.state();
            state.log.push(asked.clone());
            state.judge.as_mut().map_or(Fault::None, |judge| judge(&asked))
        };
        let mut body = vec![0; if fault == Fault::Drop { length / 2 } else { length }];
        reader.read_exact(&mut body).ok()?;
        if fault == Fault::Drop {
            return None;
        }
        if let Fault::Status(status) = fault {
            let code = if status == 403 { "SignatureDoesNotMatch" } else { "SlowDown" };
            let body =
                format!("<Error><Code>{code}</Code><AWSAccessKeyId>{}</AWSAccessKeyId></Error>", asked.authorization);
            return reply(stream, status, &[], body.as_bytes(), method == "HEAD");
        }
        let (status, more, body) = self.answer(&asked, &header("range"), body);
        if fault == Fault::HalfReply {
            let head = format!("HTTP/1.1 {status} S\r\ncontent-length: {}\r\n\r\n", body.len());
            // Of a reply without a body, half of the head.
            let half = if body.is_empty() || method == "HEAD" { head.len() / 2 } else { head.len() + body.len() / 2 };
            stream.write_all(&[head.as_bytes(), &body].concat()[..half]).ok()?;
            return None;
        }
        let more: Vec<(&str, String)> = more;
        reply(stream, status, &more, &body, method == "HEAD")
    }

    fn answer(&self, asked: &Asked, range: &str, body: Vec<u8>) -> (u16, Vec<(&'static str, String)>, Vec<u8>) {
        let key = asked.path.trim_start_matches('/').to_owned();
        let query: BTreeMap<&str, &str> =
            asked.query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
        let mut state = self.state();
        let tag = || vec![("etag", "\"tag\"".to_owned())];
        let upload = query.get("uploadId").map(|id| (*id).to_owned());
        match (asked.method.as_str(), upload) {
            ("GET", None) if query.contains_key("list-type") => (200, Vec::new(), listed(&state, &key, &query)),
            ("POST", None) => {
                state.next_upload += 1;
                let id = format!("u{}", state.next_upload);
                state.uploads.insert(id.clone(), (key, BTreeMap::new()));
                let body =
                    format!("<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>");
                (200, Vec::new(), body.into_bytes())
            }
            ("PUT", Some(id)) => {
                let number = query["partNumber"].parse().expect("a number");
                match state.uploads.get_mut(&id) {
                    None => (404, Vec::new(), b"<Error><Code>NoSuchUpload</Code></Error>".to_vec()),
                    Some((_, pieces)) => {
                        pieces.insert(number, body);
                        (200, tag(), Vec::new())
                    }
                }
            }
            ("POST", Some(id)) => match state.uploads.remove(&id) {
                None => (404, Vec::new(), b"<Error><Code>NoSuchUpload</Code></Error>".to_vec()),
                Some((key, pieces)) => {
                    state.objects.insert(key, pieces.into_values().flatten().collect());
                    let body = "<CompleteMultipartUploadResult><ETag>tag</ETag></CompleteMultipartUploadResult>";
                    (200, Vec::new(), body.as_bytes().to_vec())
                }
            },
            ("DELETE", Some(id)) => {
                state.uploads.remove(&id);
                (204, Vec::new(), Vec::new())
            }
            ("PUT", None) => {
                state.objects.insert(key, body);
                (200, tag(), Vec::new())
            }
            ("GET" | "HEAD", None) => match state.objects.get(&key) {
                None => (404, Vec::new(), b"<Error><Code>NoSuchKey</Code></Error>".to_vec()),
                Some(bytes) => {
                    let mut more = tag();
                    more.push(("last-modified", "Thu, 01 Jan 2026 00:00:00 GMT".to_owned()));
                    let Some((from, to)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
                        return (200, more, bytes.clone());
                    };
                    let (from, to): (usize, usize) = (from.parse().expect("a number"), to.parse().expect("a number"));
                    let to = to.min(bytes.len() - 1);
                    more.push(("content-range", format!("bytes {from}-{to}/{}", bytes.len())));
                    (206, more, bytes[from..=to].to_vec())
                }
            },
            _ => (405, Vec::new(), Vec::new()),
        }
    }
}

fn listed(state: &State, bucket: &str, query: &BTreeMap<&str, &str>) -> Vec<u8> {
    let bucket = format!("{}/", bucket.trim_end_matches('/'));
    let prefix = query.get("prefix").copied().unwrap_or_default();
    let after = query.get("continuation-token").copied().unwrap_or_default();
    let names = state.objects.iter().filter_map(|(key, bytes)| Some((key.strip_prefix(&bucket)?, bytes.len())));
    let mut names = names.filter(|(name, _)| name.starts_with(prefix) && *name > after);
    let page: Vec<(&str, usize)> = names.by_ref().take(PAGE).collect();
    let mut text = String::from("<ListBucketResult>");
    for (name, bytes) in &page {
        write!(
            text,
            "<Contents><Key>{name}</Key><Size>{bytes}</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>"
        )
        .expect("a text");
    }
    if let (Some((last, _)), true) = (page.last(), names.next().is_some()) {
        write!(text, "<NextContinuationToken>{last}</NextContinuationToken>").expect("a text");
    }
    (text + "</ListBucketResult>").into_bytes()
}

fn reply(mut stream: &TcpStream, status: u16, more: &[(&str, String)], body: &[u8], is_head: bool) -> Option<()> {
    let mut head = format!("HTTP/1.1 {status} S\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in more {
        write!(head, "{name}: {value}\r\n").expect("a text");
    }
    stream.write_all((head + "\r\n").as_bytes()).ok()?;
    if is_head { Some(()) } else { stream.write_all(body).ok() }
}

/// `%2F` → `/`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = if byte == b'%' { rest.by_ref().take(2).collect() } else { Vec::new() };
        let code = std::str::from_utf8(&hex).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(code.unwrap_or(byte));
    }
    String::from_utf8(bytes).expect("UTF-8")
}
