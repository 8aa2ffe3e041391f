//! Servers that misbehave in every way that is known: each ends in a named error, in bounded time and memory.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use teacher::{Endpoint, Key, Limits, TeacherError};

/// What was asked: head and body of each request.
type Asked = Arc<Mutex<Vec<(String, String)>>>;

/// A server that gives each connection to `answer`, with its number, after it has read the request.
fn server(answer: impl Fn(usize, &mut TcpStream) + Send + Sync + 'static) -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/v1/", listener.local_addr().unwrap());
    let asked = Asked::default();
    let (seen, number, answer) = (Arc::clone(&asked), AtomicUsize::new(0), Arc::new(answer));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(mut stream), seen, answer) = (stream, Arc::clone(&seen), Arc::clone(&answer)) else { return };
            let number = number.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut head, mut line) = (String::new(), String::new());
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    head += &std::mem::take(&mut line);
                }
                let length = head.lines().find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok()
                });
                let mut body = vec![0; length.unwrap_or(0)];
                reader.read_exact(&mut body).unwrap();
                seen.lock().unwrap().push((head, String::from_utf8(body).unwrap()));
                answer(number, &mut stream);
            });
        }
    });
    (address, asked)
}

fn reply(stream: &mut TcpStream, status: &str, more: &str, body: &str) {
    // A client that hangs up is its own affair.
    let _ =
        write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{more}\r\n{body}", body.len());
}

fn text(words: &str) -> String {
    serde_json::json!({ "choices": [{ "message": { "role": "assistant", "content": words } }] }).to_string()
}

const LIMITS: Limits = Limits {
    // Long enough for a machine that is busy with other tests.
    timeout: Duration::from_secs(20),
    retries: 0,
    first_wait: Duration::from_millis(5),
    longest_wait: Duration::from_millis(40),
    body_bytes: 10_000,
    tokens: 100,
    temperature: 0.0,
};

fn ask(address: &str, limits: Limits) -> Result<String, TeacherError> {
    Endpoint::new(address, "m", Key::new("sk-secret"), limits).unwrap().ask("Reword.", "How far?")
}

#[test]
fn a_good_reply_is_its_text_and_the_request_is_openai_s() {
    let (address, asked) = server(|_, stream| reply(stream, "200 OK", "", &text("How wide?")));
    assert_eq!(ask(&address, LIMITS), Ok("How wide?".into()));
    let asked = asked.lock().unwrap();
    let (head, body) = &asked[0];
    assert!(head.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"), "{head}");
    assert!(head.to_ascii_lowercase().contains("authorization: bearer sk-secret"), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["messages"][1], serde_json::json!({ "role": "user", "content": "How far?" }));
    assert_eq!((&body["model"], &body["stream"]), (&"m".into(), &false.into()));
}

#[test]
fn what_is_no_reply_is_named_and_shows_neither_key_nor_body() {
    let long = format!("{{\"choices\": \"{}\"}}", "x".repeat(20_000));
    let deep = "[".repeat(9_000);
    let body = |body: &str| format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let cut = r#"{"choices": [{"message": {"content": "So"}, "finish_reason": "length"}]}"#;
    let cases: Vec<(String, TeacherError)> = vec![
        (body("sk-secret"), TeacherError::NotJson),
        (body(""), TeacherError::NotJson),
        (body(&deep), TeacherError::NotJson),
        (body("{}"), TeacherError::NoText),
        (body(r#"{"choices": []}"#), TeacherError::NoText),
        (body(r#"{"choices": [{"message": {"content": null}}]}"#), TeacherError::NoText),
        (body(r#"{"choices": [{"message": {"content": 7}}]}"#), TeacherError::NoText),
        (body(&text("  ")), TeacherError::NoText),
        (body(cut), TeacherError::Cut),
        (body(&long), TeacherError::TooLong { bytes: 10_000 }),
        ("HTTP/1.1 500 sk-secret\r\ncontent-length: 0\r\n\r\n".into(), TeacherError::Status { status: 500 }),
        ("HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n".into(), TeacherError::Status { status: 401 }),
        (
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".into(),
            TeacherError::Redirect { status: 302 },
        ),
        (
            "HTTP/1.1 307 T\r\nlocation: /v1/chat/completions\r\ncontent-length: 0\r\n\r\n".into(),
            TeacherError::Redirect { status: 307 },
        ),
    ];
    for (raw, expected) in cases {
        let sent = raw.clone();
        let (address, asked) = server(move |_, stream| {
            let _ = stream.write_all(sent.as_bytes());
        });
        let error = ask(&address, LIMITS).unwrap_err();
        assert_eq!(error, expected, "{raw:.80}");
        assert!(!error.to_string().contains("secret"), "{error}");
        assert_eq!(asked.lock().unwrap().len(), 1, "nothing is followed or tried again");
    }
    for raw in
        ["", "HTTP/1.1", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{", "\u{0}\u{1}\r\n\r\n"]
    {
        let (address, _) = server(move |_, stream| {
            let _ = stream.write_all(raw.as_bytes());
        });
        let error = ask(&address, LIMITS).unwrap_err();
        assert!(matches!(error, TeacherError::Broken { .. }) && !error.is_final(), "{raw:?}: {error}");
    }
}

#[test]
fn servers_that_never_end_are_left_in_time() {
    let drips: [fn(usize, &mut TcpStream); 4] = [
        // Silence.
        |_, _| thread::sleep(Duration::from_secs(40)),
        // A head that never ends.
        |_, stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
            while stream.write_all(b"x: y\r\n").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        },
        // A body that comes byte by byte.
        |_, stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n");
            while stream.write_all(b" ").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        },
        // A body without an end, as fast as it can.
        |_, stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            while stream.write_all(b"4\r\nxxxx\r\n").is_ok() {}
        },
    ];
    for (at, drip) in drips.into_iter().enumerate() {
        let (address, _) = server(drip);
        let start = Instant::now();
        let error = ask(&address, Limits { timeout: Duration::from_secs(1), ..LIMITS }).unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(10), "{at}: {:?}", start.elapsed());
        let is_long = matches!(error, TeacherError::TooLong { .. });
        assert!(is_long == (at == 3) && (is_long || error.is_passing()), "{at}: {error}");
    }
}

#[test]
fn what_may_pass_is_tried_again_and_what_may_not_is_not() {
    let (address, asked) = server(|number, stream| match number {
        0 => reply(stream, "503 Busy", "retry-after: 0\r\n", ""),
        1 => reply(stream, "429 Slow down", "retry-after: 100000\r\n", ""),
        2 => {}
        _ => reply(stream, "200 OK", "", &text("At last.")),
    });
    let limits = Limits { retries: 3, ..LIMITS };
    let start = Instant::now();
    assert_eq!(ask(&address, limits), Ok("At last.".into()));
    assert!(start.elapsed() < Duration::from_secs(20), "a server's wait is bounded");
    assert_eq!(asked.lock().unwrap().len(), 4);
    for (status, tries) in [("500 No", 4), ("400 No", 1), ("404 No", 1)] {
        let (address, asked) = server(move |_, stream| reply(stream, status, "", ""));
        let error = ask(&address, limits).unwrap_err();
        assert_eq!((asked.lock().unwrap().len(), error.is_final()), (tries, status.starts_with("404")), "{status}");
    }
}

#[test]
fn nobody_there_and_addresses_that_are_none_are_named() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = ask(&format!("http://{closed}/v1"), Limits { retries: 1, ..LIMITS }).unwrap_err();
    assert!(matches!(error, TeacherError::Connect { .. }) && error.is_final(), "{error}");
    for address in [
        "",
        "127.0.0.1:80",
        "ftp://x/v1",
        "https://x/v1",
        "http://me:sk-secret@x/v1",
        "http://x/v1?a=b",
        "http://",
        "http://x y",
    ] {
        let error = Endpoint::new(address, "m", None, LIMITS).unwrap_err().to_string();
        assert!(error.contains("hint") && !error.contains("secret"), "{address}: {error}");
    }
    let https = Endpoint::new("https://x/v1", "m", None, LIMITS).unwrap_err().to_string();
    assert!(https.contains("TLS") && https.contains("proxy"), "{https}");
}
