//! `isovist serve judge` as its clients meet it: the built binary on a free port, asked over plain sockets.

mod support;

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{Shutdown, TcpStream},
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use support::{Server, Socket};

const GOOD: &str =
    r#"{"id": "a", "reply": "<answer>3</answer>", "truth": {"kind": "count", "value": 3}, "group": "g"}"#;
const WRONG: &str = r#"{"id": "b", "reply": "4", "truth": {"kind": "count", "value": 3}, "group": "g"}"#;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn answers_are_those_of_the_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rows: Vec<String> = judge::row::RECORDED_MIX.lines().map(str::to_owned).collect();
    rows.extend([GOOD.to_owned(), WRONG.to_owned()]);
    let file = folder.path().join("replies.jsonl");
    fs::write(&file, rows.join("\n")).expect("written");
    let server = Server::start(&[]);
    for preset in ["isovist", "spatialevo-solver", "3d-r1"] {
        let output = Command::new(env!("CARGO_BIN_EXE_isovist"))
            .args(["judge", file.to_str().expect("a path"), "--preset", preset])
            .output()
            .expect("the command runs");
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        let path = format!("/v1/judge?preset={preset}");
        let streamed = server.ask("POST", &path, &["Content-Type: application/x-ndjson"], rows.join("\n").as_bytes());
        assert_eq!((streamed.status, streamed.header("content-type")), (200, Some("application/x-ndjson")));
        assert!(streamed.body == printed, "the same bytes, line by line");
        let batch = server.post(&path, &format!("[{}]", rows.join(",")));
        assert_eq!(batch.status, 200);
        assert_eq!(batch.json(), Value::from(lines(&printed)));
        let one = server.post(&path, &rows[0]);
        assert_eq!((one.status, one.body.trim_end()), (200, printed.lines().next().expect("a line")));
    }
}

#[test]
fn a_broken_row_takes_no_other_with_it() {
    let server = Server::start(&[]);
    let body = format!(r#"[{GOOD}, 7, {{"id": 5, "reply": 7}}, {WRONG}, {{"id": "c", "reply": "x"}}]"#);
    let answer = server.post("/v1/judge", &body).json();
    let errors: Vec<&Value> = answer.as_array().expect("an array").iter().map(|row| &row["error"]["field"]).collect();
    assert_eq!(json!(errors), json!([null, "row", "reply", null, "truth"]));
    let apart = server.post("/v1/judge", &format!("[{GOOD}, {WRONG}]")).json();
    assert_eq!((&answer[0], &answer[3], &answer[2]["id"]), (&apart[0], &apart[1], &json!(5)));
    let stream = format!("{GOOD}\n{{broken\n\n{WRONG}\n");
    let answer = server.ask("POST", "/v1/judge", &["Content-Type: application/x-ndjson"], stream.as_bytes());
    let answer = lines(&answer.body);
    assert_eq!((&answer[0], &answer[2]), (&apart[0], &apart[1]));
    assert_eq!((answer.len(), &answer[1]["error"]["code"]), (3, &json!("malformed_json")));
    for (body, status, code) in [
        ("[1, 2", 400, "malformed_json"),
        ("", 400, "malformed_json"),
        (r#"{"reply": "3"}"#, 422, "bad_field"),
        ("\u{feff}[]", 400, "malformed_json"),
    ] {
        let answer = server.post("/v1/judge", body);
        assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (status, Some(code)), "{body}");
    }
    let deep = "[".repeat(100_000);
    assert_eq!(server.post("/v1/judge", &deep).status, 400);
    let answer = server.post("/v1/judge?preset=none", GOOD);
    assert!(answer.status == 422 && answer.body.contains("hint: one of isovist, "), "{}", answer.body);
}

#[test]
fn bodies_and_batches_are_bounded() {
    let server = Server::start(&["--max-body-mb", "1", "--max-batch", "3"]);
    let long = format!(r#"{{"reply": "{}"}}"#, "x".repeat(2 << 20));
    let answer = server.post("/v1/judge", &long);
    assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (413, Some("body_too_large")));
    // Without its length said before.
    let mut stream = server.connect();
    stream
        .write_all(b"POST /v1/judge HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        .expect("sent");
    let chunk = format!("80000\r\n{}\r\n", "y".repeat(0x80000));
    for _ in 0..3 {
        // The service may close before all is sent.
        let _ = stream.write_all(chunk.as_bytes());
    }
    assert!(support::answer(stream).is_some_and(|answer| answer.status == 413));
    let four = format!("[{GOOD},{GOOD},{GOOD},{GOOD}]");
    let answer = server.post("/v1/judge", &four);
    assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (413, Some("batch_too_large")));
    assert_eq!(server.post("/v1/judge", GOOD).status, 200);
}

#[test]
fn only_this_computer_asks_without_a_token() {
    let output = Command::new(env!("CARGO_BIN_EXE_isovist"))
        .args(["serve", "judge", "--host", "0.0.0.0", "--port", "0"])
        .env_remove("ISOVIST_TOKEN")
        .output()
        .expect("the command runs");
    let problem = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && problem.contains("no token is set (hint: --token-file"), "{problem}");
    let server = Server::start(&[]);
    for header in ["Host: example.org", "Origin: http://example.org"] {
        let answer = server.ask("POST", "/v1/judge", &[header], GOOD.as_bytes());
        assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (403, Some("foreign_host")), "{header}");
    }
}

#[test]
fn a_token_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    fs::write(&file, "0123456789abcdef\n").expect("written");
    let server = Server::start(&["--host", "0.0.0.0", "--token-file", file.to_str().expect("a path")]);
    for (headers, status, code) in [
        (vec![], 401, "no_token"),
        (vec!["Authorization: Bearer 0123456789abcdeg"], 401, "wrong_token"),
        (vec!["Authorization: Basic 0123456789abcdef"], 401, "wrong_token"),
        (vec!["Authorization: 0123456789abcdef"], 401, "wrong_token"),
    ] {
        let answer = server.ask("POST", "/v1/judge", &headers, GOOD.as_bytes());
        assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (status, Some(code)), "{headers:?}");
    }
    let shown = ["Authorization: Bearer 0123456789abcdef", "Host: example.org"];
    assert_eq!(server.ask("POST", "/v1/judge", &shown, GOOD.as_bytes()).status, 200);
    for (path, status) in [("/healthz", 200), ("/docs", 200), ("/metrics", 401), ("/ws", 401), ("/none", 401)] {
        assert_eq!(server.get(path).status, status, "{path}");
    }
    fs::write(&file, "short").expect("written");
    let arguments = ["serve", "judge", "--token-file", file.to_str().expect("a path")];
    let output = Command::new(env!("CARGO_BIN_EXE_isovist")).args(arguments).output().expect("the command runs");
    assert!(String::from_utf8_lossy(&output.stderr).contains("fewer than 16 characters"));
}

#[test]
fn a_scene_is_an_id_and_never_a_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let flats = folder.path().join("flats");
    let arguments = ["rooms", "build", "--n", "2", "--seed", "3", "--size", "160x120", "-o"];
    let output = Command::new(env!("CARGO_BIN_EXE_isovist")).args(arguments).arg(&flats).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let server = Server::start(&[flats.to_str().expect("a path"), "--cache-scenes", "1"]);
    assert_eq!(server.get("/v1/scenes").json()["scenes"], json!(["flat-3-000000", "flat-3-000001"]));
    for scene in ["../flats/flat-3-000000", flats.to_str().expect("a path"), "kitchen", "", "flat-3-000000/", "..\u{0}"]
    {
        let answer = server.post("/reset", &json!({"scene": scene}).to_string());
        assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (404, Some("no_scene")), "{scene}");
    }
    for scene in ["flat-3-000000", "flat-3-000001", "flat-3-000000"] {
        let begun = server.post("/reset", &json!({"scene": scene, "role": "questioner"}).to_string());
        assert_eq!((begun.status, &begun.json()["observation"]["scene"]), (200, &json!(scene)));
    }
    let counts = server.get("/metrics").body;
    assert!(counts.contains("isovist_scenes_cached 1\n") && counts.contains("isovist_scenes_known 2\n"), "{counts}");
    // A file that is broken later is said to be so, without its place.
    fs::write(flats.join("flat-3-000001/scene.json"), "{").expect("written");
    let answer = server.post("/reset", r#"{"scene": "flat-3-000001"}"#);
    assert_eq!((answer.status, answer.json()["error"]["code"].as_str()), (500, Some("bad_scene")));
    assert!(!answer.body.contains("flats"), "{}", answer.body);
}

#[test]
fn slow_clients_are_cut_and_aborted_ones_leave_nothing() {
    let server = Server::start(&["--client-timeout-s", "0.5", "--timeout-s", "1"]);
    let mut head = server.connect();
    head.write_all(b"POST /v1/judge HTTP/1.1\r\nHost: local").expect("sent");
    let mut body = server.connect();
    body.write_all(b"POST /v1/judge HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{").expect("sent");
    let start = Instant::now();
    let mut rest = Vec::new();
    let _ = head.read_to_end(&mut rest);
    assert!(start.elapsed() < Duration::from_secs(5), "the head is cut");
    assert!(support::answer(body).is_some_and(|answer| answer.status == 408));
    // One that takes nothing of a long answer.
    let mut deaf = server.connect();
    let rows = vec![GOOD; 16_000].join("\n");
    let head = format!(
        "POST /v1/judge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: {}\r\n\r\n",
        rows.len()
    );
    deaf.write_all(head.as_bytes()).expect("sent");
    deaf.write_all(rows.as_bytes()).expect("sent");
    for _ in 0..50 {
        let mut stream = server.connect();
        stream.write_all(b"POST /v1/judge HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90\r\n\r\n{").expect("sent");
        stream.shutdown(Shutdown::Both).expect("closed");
    }
    let gone = |line: &str| {
        let end = Instant::now() + Duration::from_secs(10);
        while Instant::now() < end {
            if server.get("/metrics").body.lines().any(|found| found == line) {
                return true;
            }
            sleep(Duration::from_millis(50));
        }
        false
    };
    // The one that asks is the last that is open.
    assert!(gone("isovist_connections 1"), "{}", server.get("/metrics").body);
    assert!(gone("isovist_queue_depth 0"));
    assert_eq!(server.post("/v1/judge", GOOD).status, 200);
}

#[test]
fn too_many_requests_are_refused_at_once() {
    let server = Server::start(&["--concurrency", "1", "--queue", "0"]);
    let hold = || {
        let mut held = server.connect();
        held.write_all(b"POST /v1/judge HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{").expect("sent");
        held
    };
    let mut held = hold();
    let end = Instant::now() + Duration::from_secs(10);
    let refused = loop {
        let answer = server.post("/v1/judge", GOOD);
        if answer.status == 503 || Instant::now() > end {
            break answer;
        }
        // What came while this one was answered was refused itself.
        held = hold();
    };
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")), "{}", refused.body);
    drop(held);
    while server.post("/v1/judge", GOOD).status == 503 {
        assert!(Instant::now() < end);
    }
}

#[test]
fn it_ends_when_what_is_in_flight_is_done() {
    let mut server = Server::start(&[]);
    let mut stream = server.connect();
    let head = format!("POST /v1/judge HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", GOOD.len());
    stream.write_all(head.as_bytes()).expect("sent");
    stream.write_all(&GOOD.as_bytes()[..10]).expect("sent");
    let mut socket = Socket::open(&server);
    socket.ask(&json!({"type": "reset", "data": {"scene": "kitchen"}}));
    sleep(Duration::from_millis(200));
    server.signal("TERM");
    let refused = (0..100).any(|_| {
        sleep(Duration::from_millis(20));
        TcpStream::connect(server.address).is_err()
    });
    assert!(refused, "nobody else is taken");
    assert_eq!(socket.closed(), Some(1001));
    stream.write_all(&GOOD.as_bytes()[10..]).expect("sent");
    let answer = support::answer(stream).expect("an answer");
    assert_eq!((answer.status, answer.json()["total"].as_f64()), (200, Some(1.0)));
    assert_eq!(server.end(), Some(0));
}

#[test]
fn it_says_what_it_is_and_what_it_did() {
    let server = Server::start(&[]);
    server.post("/v1/judge", &format!("[{GOOD}, {WRONG}, 7]"));
    server.post("/v1/judge", "{");
    assert_eq!(server.get("/none").json()["error"]["code"], "no_route");
    assert_eq!(server.get("/v1/judge").json()["error"]["code"], "no_method");
    let counts = server.get("/metrics").body;
    for line in [
        r#"isovist_requests_total{route="/v1/judge",status="200"} 1"#,
        r#"isovist_requests_total{route="/v1/judge",status="400"} 1"#,
        r#"isovist_requests_total{route="/v1/judge",status="405"} 1"#,
        r#"isovist_requests_total{route="other",status="404"} 1"#,
        r#"isovist_replies_total{preset="isovist",outcome="rewarded"} 1"#,
        r#"isovist_replies_total{preset="isovist",outcome="unrewarded"} 1"#,
        r#"isovist_replies_total{preset="isovist",outcome="malformed"} 2"#,
        r#"isovist_request_seconds_count{route="/v1/judge"} 3"#,
        "isovist_queue_depth 0",
    ] {
        assert!(counts.lines().any(|found| found == line), "{line}\n{counts}");
    }
    let document = server.get("/openapi.json").json();
    let page = server.get("/docs");
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    for (path, methods) in document["paths"].as_object().expect("paths") {
        assert!(page.body.contains(&format!("<code>{path}</code>")), "{path}");
        let (method, operation) = methods.as_object().expect("methods").iter().next().expect("a method");
        let example = &operation["requestBody"]["content"]["application/json"]["example"];
        let answer = match (method.as_str(), path.as_str()) {
            ("post", _) => server.post(path, &example.to_string()),
            (_, "/ws") => continue,
            (_, "/state") => server.get("/state?episode_id=docs"),
            _ => server.get(path),
        };
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
        assert!(answer.header("x-request-id").is_some());
    }
    let named = server.ask("GET", "/healthz", &["X-Request-Id: run-7.a"], b"");
    assert_eq!(named.header("x-request-id"), Some("run-7.a"));
    let forged = server.ask("GET", "/healthz", &["X-Request-Id: a b\u{1b}[31m"], b"");
    assert!(forged.header("x-request-id").is_none_or(|id| id.parse::<u64>().is_ok()));
}

#[test]
fn the_log_has_a_line_a_request() {
    let mut server = Server::start(&["--log", "info"]);
    server.ask("POST", "/v1/judge", &["X-Request-Id: one"], format!("[{GOOD}, 7]").as_bytes());
    server.signal("INT");
    assert_eq!(server.end(), Some(0));
    let log = server.log();
    let line = lines(&log).into_iter().find(|line| line["id"] == "one").unwrap_or_else(|| panic!("{log}"));
    assert_eq!((&line["route"], &line["status"], &line["rows"]), (&json!("/v1/judge"), &json!(200), &json!(2)));
    assert!(line["ms"].is_number() && line["level"] == "INFO");
}

#[test]
fn trainers_are_answered_in_their_forms() {
    let server = Server::start(&[]);
    let three = json!({"kind": "count", "value": 3});
    let body = json!({
        "query": ["q<answer>3</answer>", "q<answer>4</answer>"], "prompts": ["q", "q"], "labels": [three.to_string(), three],
    });
    let answer = server.post("/openrlhf/get_reward", &body.to_string()).json();
    assert_eq!((&answer["rewards"], &answer["scores"]), (&json!([1.0, 0.0]), &json!([1.0, 0.0])));
    assert_eq!(answer["extra_logs"]["format"], json!([1.0, 1.0]));
    let body = json!({"query": ["q3"], "prompts": ["q"], "labels": ["three"]});
    let answer = server.post("/openrlhf/get_reward", &body.to_string());
    assert_eq!((answer.status, &answer.json()["error"]["field"]), (422, &json!("labels[0]")));

    assert_eq!(server.post("/seed_session", r#"{"responses_create_params": {"input": "q"}}"#).json(), json!({}));
    let message = json!({"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "<answer>3</answer>"}]});
    let rollout = json!({
        "responses_create_params": {"input": "q"}, "response": {"id": "r", "output": [message]}, "truth": three, "kept": [1],
    });
    let answer = server.post("/verify", &rollout.to_string()).json();
    assert_eq!(
        (&answer["reward"], &answer["kept"], &answer["accuracy_score"]),
        (&json!(1.0), &json!([1]), &json!(1.0))
    );
    assert_eq!(answer["response"], rollout["response"]);
    let answer = server.post("/verify", r#"{"response": {"output": []}}"#);
    assert_eq!(answer.status, 422, "{}", answer.body);

    assert_eq!(server.get("/list_environments").json(), json!(["isovist"]));
    assert_eq!(server.get("/isovist/splits").json()[0], json!({"name": "solver", "type": "train"}));
    let count = server.post("/isovist/num_tasks", r#"{"split": "solver"}"#).json()["num_tasks"].as_u64();
    assert_eq!(count, Some(28_900));
    let task = server.post("/isovist/task", r#"{"split": "questioner", "index": 5}"#).json()["task"].clone();
    let begun = server.post("/reset", &task.to_string()).json();
    assert_eq!((&begun["metadata"]["scene"], &begun["metadata"]["role"]), (&task["scene"], &json!("questioner")));
    let range = server.post("/isovist/task_range", r#"{"split": "solver", "start": 3, "stop": 5}"#).json();
    assert_eq!(range["tasks"].as_array().map(Vec::len), Some(2));
    for (path, body) in [("task", r#"{"split": "solver", "index": 28900}"#), ("tasks", r#"{"split": "test"}"#)] {
        assert_eq!(server.post(&format!("/isovist/{path}"), body).status, 422, "{path}");
    }
}

#[test]
fn episodes_over_http() {
    let server = Server::start(&["--max-sessions", "2"]);
    let begin = |id: &str| server.post("/reset", &json!({"scene": "kitchen", "episode_id": id, "seed": 1}).to_string());
    assert_eq!((begin("a").status, begin("b").status, begin("c").status), (200, 200, 503));
    let step = |id: &str| server.post("/step", &json!({"episode_id": id, "action": {"reply": "x"}}).to_string());
    assert_eq!(step("a").json()["done"], true);
    assert_eq!((step("a").status, step("none").status), (409, 404));
    assert_eq!(server.get("/state?episode_id=a").json()["step_count"], 1);
    assert_eq!(begin("c").status, 200, "what is over makes room");
}

#[test]
fn a_solver_and_a_questioner_over_a_socket() {
    let server = Server::start(&[]);
    let mut socket = Socket::open(&server);
    let reset = json!({"type": "reset", "data": {"scene": "41069025", "task": "object_counting", "format": "free_form", "seed": 2}});
    let mut best = 0.0_f64;
    for count in 0..40 {
        let shown = socket.ask(&reset);
        assert_eq!((&shown["type"], &shown["data"]["done"]), (&json!("observation"), &json!(false)), "{shown}");
        assert!(shown["data"]["reward"].is_null() && shown["data"]["observation"]["question"].is_string());
        let reply = format!("<answer>{count}</answer>");
        let ended = socket.ask(&json!({"type": "step", "data": {"reply": reply}}));
        assert_eq!(ended["data"]["done"], true);
        best = best.max(ended["data"]["reward"].as_f64().expect("a reward"));
    }
    assert!((best - 1.0).abs() < 1e-12);
    assert_eq!(socket.ask(&json!({"type": "state"}))["data"]["step_count"], 1);
    let shown =
        socket.ask(&json!({"type": "reset", "data": {"role": "questioner", "scene": "kitchen", "task": "free"}}));
    assert!(shown["data"]["observation"]["summary"]["label_counts"].is_object());
    let asked = json!({"type": "step", "data": {"question": "How far is the white vase from the fridge?"}});
    assert_eq!(socket.ask(&asked)["data"]["reward"], 1.0);
    for (message, code) in [
        ("{", "INVALID_JSON"),
        ("7", "VALIDATION_ERROR"),
        (r#"{"type": "dance"}"#, "UNKNOWN_TYPE"),
        (r#"{"type": "step", "data": {"reply": "x"}}"#, "EXECUTION_ERROR"),
        (r#"{"type": "reset", "data": {"seed": -1}}"#, "VALIDATION_ERROR"),
        (r#"{"type": "reset", "data": {"scene": "/etc/passwd"}}"#, "EXECUTION_ERROR"),
    ] {
        socket.send(message.as_bytes());
        let answer = socket.next().expect("an answer");
        assert_eq!((&answer["type"], &answer["data"]["code"]), (&json!("error"), &json!(code)), "{message}");
    }
    socket.send(br#"{"type": "close"}"#);
    assert_eq!(socket.closed(), Some(1000));
}

#[test]
fn sockets_are_bounded_in_number_size_and_time() {
    let server = Server::start(&["--max-sessions", "1", "--session-idle-s", "1"]);
    let mut first = Socket::open(&server);
    first.ask(&json!({"type": "state"}));
    let mut second = Socket::open(&server);
    let refused = second.next().expect("an answer");
    assert_eq!((&refused["data"]["code"], second.closed()), (&json!("CAPACITY_REACHED"), Some(1013)));
    let start = Instant::now();
    assert_eq!(first.closed(), Some(1000));
    assert!(start.elapsed() < Duration::from_secs(5), "idle");
    let mut long = Socket::open(&server);
    long.send(format!(r#"{{"type": "{}"}}"#, "x".repeat(2 << 20)).as_bytes());
    assert!(long.next().is_none(), "cut");
    assert_eq!(server.post("/v1/judge", GOOD).status, 200);
}
