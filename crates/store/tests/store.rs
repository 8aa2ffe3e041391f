//! Objects put, got and listed at a small server, whatever goes wrong on the way.

mod server;

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use server::{Asked, Fault, Server};
use store::{Limits, Store, StoreError};

const SECRET: &str = "very-secret-of-the-test";
const PIECE: u64 = 1000;

fn limits() -> Limits {
    Limits {
        retries: 3,
        first_wait: Duration::from_millis(1),
        longest_wait: Duration::from_millis(5),
        piece_bytes: PIECE,
        timeout: Duration::from_secs(10),
    }
}

fn settings(server: &Server) -> Vec<(String, String)> {
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let all = [
        ("AWS_ACCESS_KEY_ID", "AKIATEST"),
        ("AWS_SECRET_ACCESS_KEY", SECRET),
        ("AWS_REGION", "eu-test-1"),
        ("AWS_ENDPOINT_URL", server.address()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_NO_SUCH_SETTING", "1"),
        ("GOOGLE_BASE_URL", server.address()),
        ("GOOGLE_BEARER_TOKEN", SECRET),
    ];
    all.into_iter().map(pair).collect()
}

fn opened(server: &Server, address: &str) -> Store {
    Store::open(address.parse().expect("an address"), limits(), settings(server)).expect("settings")
}

fn bytes(length: u64) -> Vec<u8> {
    (0..length).map(|at| (at * 31 % 251) as u8).collect()
}

fn file(folder: &Path, length: u64) -> std::path::PathBuf {
    let file = folder.join(length.to_string());
    fs::write(&file, bytes(length)).expect("a file");
    file
}

fn refused<T>(result: Result<T, StoreError>) -> String {
    let error = result.err().expect("a refusal");
    let text = format!("{error} {error:?}");
    assert!(!text.contains(SECRET) && !text.contains("AKIATEST") && !text.contains("Signature="), "{text}");
    assert!(error.to_string().contains("hint"), "{error}");
    error.to_string()
}

#[test]
fn files_come_back_as_they_were_put_whatever_their_length() {
    for address in ["s3://bucket/a/prefix", "gs://bucket/a/prefix", "s3://bucket", "gs://bucket"] {
        let (server, folder) = (Server::new(), tempfile::tempdir().expect("a folder"));
        let store = opened(&server, address);
        server.insert("bucket/a/prefix-of-another/x", b"x");
        server.insert("other/x", b"x");
        let mut put = BTreeMap::new();
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 10 * PIECE + 7] {
            let name = format!("parts/{length} of.json");
            store.put(&name, &file(folder.path(), length)).expect("put");
            assert!(store.get(&name, &folder.path().join("back")).expect("got"));
            assert!(fs::read(folder.path().join("back")).expect("a file") == bytes(length), "{address} {length}");
            put.insert(name, length);
        }
        store.put("images/x.png", &file(folder.path(), 5)).expect("put");
        assert_eq!(store.list("parts").expect("a list"), put, "{address}");
        put.insert("images/x.png".into(), 5);
        if address.ends_with("prefix") {
            assert_eq!(store.list("").expect("a list"), put, "{address}");
        }
        assert!(store.list("nothing").expect("a list").is_empty());
        assert!(!store.get("nothing", &folder.path().join("none")).expect("no object"));
        assert!(!folder.path().join("none").exists());
        assert_eq!(server.open_uploads(), 0);
        let log = server.log();
        if address.starts_with("s3") {
            assert!(log.iter().all(|asked| asked.authorization.contains("Credential=AKIATEST/")
                && asked.authorization.contains("/eu-test-1/s3/")));
        } else {
            assert!(log.iter().all(|asked| asked.authorization == format!("Bearer {SECRET}")));
        }
    }
}

#[test]
fn what_passes_is_tried_again() {
    for address in ["s3://bucket/p", "gs://bucket/p"] {
        for fault in [Fault::Status(503), Fault::Status(429), Fault::Drop, Fault::HalfReply] {
            let (server, folder) = (Server::new(), tempfile::tempdir().expect("a folder"));
            let store = opened(&server, address);
            let mut seen: BTreeMap<(String, String, String), u32> = BTreeMap::new();
            server.judge(move |asked: &Asked| {
                let times = seen.entry((asked.method.clone(), asked.path.clone(), asked.query.clone())).or_default();
                *times += 1;
                if *times <= 2 { fault } else { Fault::None }
            });
            for length in [PIECE, 4 * PIECE + 1] {
                store.put("x", &file(folder.path(), length)).expect("put");
                assert_eq!(store.list("").expect("a list")["x"], length);
                assert!(store.get("x", &folder.path().join("back")).expect("got"));
                assert!(fs::read(folder.path().join("back")).expect("a file") == bytes(length), "{address} {fault:?}");
            }
        }
    }
}

#[test]
fn an_upload_that_fails_is_aborted_and_leaves_what_was_there() {
    for address in ["s3://bucket/p", "gs://bucket/p"] {
        for fault in [Fault::Status(503), Fault::Drop, Fault::Status(403)] {
            let (server, folder) = (Server::new(), tempfile::tempdir().expect("a folder"));
            let store = opened(&server, address);
            server.insert("bucket/p/x", b"before");
            server.judge(move |asked: &Asked| if asked.query.contains("partNumber=3") { fault } else { Fault::None });
            let error = refused(store.put("x", &file(folder.path(), 5 * PIECE)));
            assert!(error.starts_with(&format!("{address}/x: cannot write: ")), "{error}");
            assert_eq!(
                (server.objects("bucket/p/"), server.open_uploads()),
                ([("x".into(), b"before".to_vec())].into(), 0)
            );
            assert_eq!(server.log().last().expect("a request").method, "DELETE");
        }
    }
}

#[test]
fn refusals_name_the_object_and_what_to_do() {
    let (server, folder) = (Server::new(), tempfile::tempdir().expect("a folder"));
    server.judge(|_| Fault::Status(403));
    for (address, variable) in [("s3://bucket/p", "AWS_SECRET_ACCESS_KEY"), ("gs://bucket/p", "GOOGLE_SERVICE_ACCOUNT")]
    {
        let store = opened(&server, address);
        let there = folder.path().join("x");
        for error in [
            refused(store.list("")),
            refused(store.put("parts/x", &file(folder.path(), 3))),
            refused(store.put("parts/x", &file(folder.path(), 3 * PIECE))),
            refused(store.get("parts/x", &there)),
        ] {
            assert!(error.starts_with(address) && error.contains("403") && error.contains(variable), "{error}");
        }
        assert!(refused(store.list("")).contains("SignatureDoesNotMatch"));
    }

    server.judge(|_| Fault::Status(301));
    assert!(refused(opened(&server, "s3://bucket/p").list("")).contains("AWS_REGION"));
    server.judge(|_| Fault::Status(404));
    assert!(refused(opened(&server, "s3://bucket/p").list("")).contains("such a bucket"));
    server.judge(|_| Fault::Status(500));
    let error = refused(opened(&server, "s3://bucket/p").list(""));
    assert!(error.contains("status 500") && error.contains("run it again"), "{error}");

    let open = |address: &str, change: &[(&str, &str)]| {
        let mut all: BTreeMap<String, String> = settings(&server).into_iter().collect();
        for (name, value) in change {
            all.insert((*name).to_owned(), (*value).to_owned());
        }
        all.retain(|_, value| !value.is_empty());
        Store::open(address.parse().expect("an address"), limits(), all)
    };
    for (address, change, says) in [
        ("s3://b/p", ("AWS_ALLOW_HTTP", ""), "AWS_ALLOW_HTTP"),
        ("s3://b/p", ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"), "AWS_ENDPOINT_URL"),
        ("s3://b/p", ("AWS_ENDPOINT_URL", "http://no-such-host.invalid"), "http://no-such-host.invalid: "),
        ("gs://b/p", ("GOOGLE_ALLOW_HTTP", "false"), "GOOGLE_ALLOW_HTTP"),
        ("gs://b/p", ("GOOGLE_BASE_URL", "http://127.0.0.1:9"), "GOOGLE_BASE_URL"),
    ] {
        let error = refused(open(address, &[change]).expect("settings").list(""));
        assert!(error.contains(says), "{change:?}: {error}");
    }
    let key = folder.path().join("key.json");
    fs::write(&key, format!("{{\"private_key\": [\"{SECRET}\"]}}")).expect("a file");
    for (address, change, says) in [
        ("s3://b/p", ("AWS_SECRET_ACCESS_KEY", ""), "AWS_SECRET_ACCESS_KEY"),
        ("s3://b/p", ("AWS_ENDPOINT_URL", "http://me:very-secret-of-the-test@h"), "AWS_ENDPOINT_URL has a user"),
        ("gs://b/p", ("GOOGLE_SERVICE_ACCOUNT", "no/such/file.json"), "GOOGLE_SERVICE_ACCOUNT"),
        ("gs://b/p", ("GOOGLE_SERVICE_ACCOUNT", key.to_str().expect("UTF-8")), "line 1"),
    ] {
        assert!(refused(open(address, &[change, ("GOOGLE_BEARER_TOKEN", "")])).contains(says), "{change:?}");
    }
}

#[test]
fn files_of_this_machine_that_fail_are_named() {
    let (server, folder) = (Server::new(), tempfile::tempdir().expect("a folder"));
    let store = opened(&server, "s3://bucket/p");
    let lost = folder.path().join("lost");
    let error = store.put("x", &lost).expect_err("no file").to_string();
    assert!(error.starts_with(&format!("{}: cannot read: ", lost.display())), "{error}");
    server.insert("bucket/p/x", b"x");
    let nowhere = folder.path().join("no/folder");
    let error = store.get("x", &nowhere).expect_err("no folder").to_string();
    assert!(error.starts_with(&format!("{}: cannot write: ", nowhere.display())), "{error}");
    let error = refused(store.put("a//b", &file(folder.path(), 1)));
    assert!(error.contains("no object may have this name"), "{error}");
}
