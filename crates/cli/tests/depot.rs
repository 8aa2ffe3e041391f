//! `isovist corpus` at object stores: the same bytes as in a folder, whatever happens on the way.

#![cfg(feature = "object-stores")]

mod common;
#[path = "../../store/tests/server/mod.rs"]
mod server;

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use server::{Asked, Fault, Server};

const SECRET: &str = "very-secret-of-the-test";

/// Flats without pictures, in a few small files and, with `proofs`, some that are sent in pieces.
fn recipe(rows: u32, rows_per_part: u32) -> String {
    format!(
        "name = \"test\"\nseed = 5\nrows = {rows}\nrows_per_part = {rows_per_part}\nreasoning = \"think\"\n\
         [[scenes]]\nrooms = {{ n = 12, seed = 2 }}\n\
         [tasks]\nonly = [\"absolute_distance\", \"relative_direction\", \"is_larger\", \"size_order\", \"counting_within\"]\n\
         [splits]\ntrain = 0.8\ntest = 0.2\n\
         [output]\nexports = [\"parquet\", \"jsonl\"]\nproofs = true\n\
         [balance]\nblind_guard = false\nmost_blind_points = 100\n"
    )
}

struct Bench {
    folder: tempfile::TempDir,
    server: Server,
}

impl Bench {
    fn new(recipe: &str) -> Self {
        let bench = Self { folder: tempfile::tempdir().expect("a folder"), server: Server::new() };
        fs::create_dir(bench.at("tmp")).expect("a folder");
        fs::write(bench.at("corpus.toml"), recipe).expect("a recipe");
        bench
    }

    fn at(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_isovist"));
        let key = self.at("key.json");
        let account = serde_json::json!({
            "private_key": "none", "private_key_id": SECRET, "client_email": "me@test.invalid", "disable_oauth": true,
            "gcs_base_url": self.server.address(),
        });
        fs::write(&key, account.to_string()).expect("a file");
        for (name, _) in std::env::vars_os() {
            let name_text = name.to_string_lossy().to_ascii_uppercase();
            if ["AWS_", "GOOGLE_"].iter().any(|start| name_text.starts_with(start)) || name_text.ends_with("_PROXY") {
                command.env_remove(&name);
            }
        }
        command.arg("corpus").args(arguments).env("TMPDIR", self.at("tmp"));
        command
            .env("AWS_ACCESS_KEY_ID", "AKIATEST")
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("AWS_REGION", "eu-test-1");
        command.env("AWS_ENDPOINT_URL", self.server.address()).env("AWS_ALLOW_HTTP", "true");
        command.env("GOOGLE_APPLICATION_CREDENTIALS", &key).env("GOOGLE_SERVICE_ACCOUNT", &key);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary runs")
    }

    fn make(&self, to: &str, more: &[&str]) -> Output {
        let recipe = self.at("corpus.toml");
        self.run(&[&["make", &recipe, "-o", to], more].concat())
    }

    /// The files of the same corpus made in a folder.
    fn in_a_folder(&self) -> BTreeMap<String, Vec<u8>> {
        succeeded(&self.make(&self.at("whole"), &[]));
        common::files(Path::new(&self.at("whole")))
    }

    /// What lies where files are on their way.
    fn left(&self) -> Vec<String> {
        common::files(Path::new(&self.at("tmp"))).into_keys().collect()
    }
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned();
    assert!(!text.contains(SECRET) && !text.contains("AKIATEST"), "{text}");
    text
}

fn succeeded(output: &Output) -> String {
    let text = said(output);
    assert!(output.status.success(), "{text}");
    text
}

fn failed(output: &Output) -> String {
    let text = said(output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("hint"), "{text}");
    text
}

#[test]
fn a_store_gets_the_bytes_that_a_folder_gets() {
    let bench = Bench::new(&recipe(900, 100));
    let whole = bench.in_a_folder();
    for address in ["s3://bucket/a/prefix", "gs://other/a/prefix"] {
        let told = succeeded(&bench.make(address, &["--shard", "0/2"]));
        assert!(told.contains("the manifest is written by the run that makes the last of them"), "{told}");
        let told = succeeded(&bench.make(address, &["--shard", "1/2"]));
        assert!(told.contains(&format!("{address}/README.md")), "{told}");
        let prefix = format!("{}/", address.split_once("://").expect("an address").1);
        assert!(bench.server.objects(&prefix) == whole, "{address}");
        assert!(bench.left().is_empty(), "{:?}", bench.left());

        let before = bench.server.log().len();
        let told = succeeded(&bench.make(address, &[]));
        assert!(told.contains("0 files made"), "{told}");
        let log = bench.server.log();
        let put = log[before..].iter().filter(|asked| asked.method == "PUT").count();
        assert_eq!(put, 3, "manifest, audit and card");
        assert!(bench.server.objects(&prefix) == whole);

        let recipe = bench.at("corpus.toml");
        let told = succeeded(&bench.run(&["verify", address, "--recipe", &recipe]));
        assert!(
            told.contains("900 rows, 900 answered anew alike, 900 with words that say so, 900 proofs accepted"),
            "{told}"
        );
        succeeded(&bench.run(&["audit", address]));
        succeeded(&bench.run(&["card", address]));
        assert!(bench.server.objects(&prefix) == whole);
        let told = succeeded(&bench.run(&["stats", address]));
        assert!(told.contains(&format!("{address}/stats.html")), "{told}");
        assert!(bench.server.objects(&prefix)["stats.html"].starts_with(b"<!doctype html>"));

        // What is not as the manifest says is found.
        bench.server.insert(&format!("{prefix}jsonl/stray.jsonl"), b"{}");
        let told = said(&bench.run(&["verify", address]));
        assert!(told.contains("jsonl/stray.jsonl: is not in the manifest"), "{told}");
        bench.server.remove(&format!("{prefix}jsonl/stray.jsonl"));
        let (file, _) = whole.iter().find(|(name, _)| name.starts_with("parquet/")).expect("a file");
        bench.server.remove(&format!("{prefix}{file}"));
        let told = said(&bench.run(&["verify", address]));
        assert!(told.contains(&format!("{file}: is not there")), "{told}");
        // Its part is made again, and no other.
        assert!(succeeded(&bench.make(address, &[])).contains("1 files made"));
        let mut now = bench.server.objects(&prefix);
        now.remove("stats.html");
        assert!(now == whole);
        assert!(bench.left().is_empty());
    }
}

#[test]
fn files_that_are_sent_in_pieces_are_whole_or_not_there() {
    let bench = Bench::new(&recipe(5000, 5000).replace("[splits]\ntrain = 0.8\ntest = 0.2\n", ""));
    let whole = bench.in_a_folder();
    let (large, bytes) = whole.iter().max_by_key(|(_, bytes)| bytes.len()).expect("files");
    assert!(bytes.len() > 9 << 20, "{large}: {} bytes are no two pieces", bytes.len());
    let mut broken = 0;
    bench.server.judge(move |asked: &Asked| {
        let is_second = asked.query.contains("partNumber=2");
        broken += u32::from(is_second);
        if is_second && broken <= 2 { Fault::Drop } else { Fault::None }
    });
    succeeded(&bench.make("s3://bucket/p", &[]));
    assert!(bench.server.objects("bucket/p/") == whole);
    assert_eq!(bench.server.open_uploads(), 0);

    bench
        .server
        .judge(|asked: &Asked| if asked.query.contains("partNumber=2") { Fault::Status(403) } else { Fault::None });
    let told = failed(&bench.make("s3://bucket/q", &[]));
    assert!(told.contains(&format!("s3://bucket/q/{large}: cannot write: status 403")), "{told}");
    let there = bench.server.objects("bucket/q/");
    assert!(!there.contains_key(large) && !there.keys().any(|name| name.starts_with("parts/")), "{:?}", there.keys());
    assert_eq!((bench.server.open_uploads(), bench.left()), (0, Vec::new()));
    bench.server.judge(|_| Fault::None);
    succeeded(&bench.make("s3://bucket/q", &[]));
    assert!(bench.server.objects("bucket/q/") == whole);
}

#[test]
fn a_run_that_meets_faults_or_is_killed_ends_in_the_same_bytes() {
    let bench = Bench::new(&recipe(3000, 100));
    let whole = bench.in_a_folder();
    let mut asked = 0_u32;
    bench.server.judge(move |_| {
        asked += 1;
        // The first tries of all fail, and then some now and again.
        match asked {
            1..=3 => Fault::Status(503),
            _ if asked.is_multiple_of(7) => Fault::Drop,
            _ if asked.is_multiple_of(11) => Fault::HalfReply,
            _ if asked.is_multiple_of(13) => Fault::Status(503),
            _ => Fault::None,
        }
    });
    let (mut killed, mut wait_ms) = (0, 150);
    for _ in 0..40 {
        let recipe = bench.at("corpus.toml");
        let mut command = bench.command(&["make", &recipe, "-o", "s3://bucket/p"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs");
        sleep(Duration::from_millis(wait_ms));
        if child.try_wait().expect("a child").is_some() {
            break;
        }
        child.kill().expect("it runs");
        child.wait().expect("a child");
        killed += 1;
        wait_ms = 150 + (wait_ms * 7) % 350;
        // A record that is there has its files.
        let there = bench.server.objects("bucket/p/");
        for (name, text) in there.iter().filter(|(name, _)| name.starts_with("parts/")) {
            let record: serde_json::Value = serde_json::from_slice(text).expect("JSON");
            for (file, digest) in record["files"].as_object().expect("files") {
                assert_eq!(there.get(file).map(|bytes| bytes.len() as u64), digest["bytes"].as_u64(), "{name} {file}");
            }
        }
    }
    assert!(killed > 0);
    succeeded(&bench.make("s3://bucket/p", &[]));
    assert!(bench.server.objects("bucket/p/") == whole, "after {killed} kills");
    assert!(bench.left().is_empty(), "what killed runs left is swept: {:?}", bench.left());
}

#[test]
fn refusals_say_what_to_do_and_show_no_key() {
    let bench = Bench::new(&recipe(200, 100));
    let recipe = bench.at("corpus.toml");
    bench.server.judge(|_| Fault::Status(403));
    for (address, variable) in [("s3://bucket/p", "AWS_SECRET_ACCESS_KEY"), ("gs://bucket/p", "GOOGLE_SERVICE_ACCOUNT")]
    {
        for arguments in [&["make", &recipe, "-o", address][..], &["verify", address], &["card", address]] {
            let told = failed(&bench.run(arguments));
            assert!(told.contains(address) && told.contains("status 403") && told.contains(variable), "{told}");
        }
    }
    bench.server.judge(|asked: &Asked| if asked.method == "PUT" { Fault::Status(403) } else { Fault::None });
    let told = failed(&bench.make("s3://bucket/p", &[]));
    assert!(told.contains("s3://bucket/p/jsonl/") && told.contains("cannot write"), "{told}");
    assert!(bench.server.objects("").is_empty() && bench.left().is_empty());

    bench.server.judge(|_| Fault::None);
    bench.server.insert("bucket/foreign/thesis.tex", b"x");
    for (address, says) in [
        ("s3://bucket/foreign", "holds no corpus"),
        ("ftp://bucket/p", "no such kind of store"),
        ("s3://", "name of a bucket"),
        ("s3://AKIATEST:very-secret-of-the-test@bucket/p", "user or password"),
    ] {
        let told = failed(&bench.make(address, &[]));
        assert!(told.contains(says), "{told}");
    }
    assert_eq!(bench.server.objects("bucket/").len(), 1);
    let told = failed(&bench.run(&["verify", "s3://bucket/nothing"]));
    assert!(told.contains("s3://bucket/nothing/manifest.json: is not there"), "{told}");
    let told = said(&bench.run(&[
        "rewrite",
        "s3://bucket/p",
        "-o",
        "x",
        "--endpoint",
        "http://127.0.0.1:9/v1",
        "--model",
        "m",
    ]));
    assert!(told.contains("a folder of this machine is wanted"), "{told}");
    let told = failed(
        &bench
            .command(&["make", &recipe, "-o", "s3://bucket/p"])
            .env_remove("AWS_ALLOW_HTTP")
            .output()
            .expect("the binary runs"),
    );
    assert!(told.contains("AWS_ALLOW_HTTP=true"), "{told}");

    // Another recipe does not go where one is.
    succeeded(&bench.make("s3://bucket/p", &[]));
    fs::write(&recipe, self::recipe(300, 100)).expect("a recipe");
    let told = failed(&bench.make("s3://bucket/p", &[]));
    assert!(told.contains("s3://bucket/p/parts/") && told.contains("another recipe"), "{told}");
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_named_and_what_is_half_written_does_not_count() {
    let bench = Bench::new(&recipe(900, 300));
    let whole = bench.in_a_folder();
    // No file may be longer than this: what the shell counts in blocks of 512 or 1024 bytes ends as a full disk does, in a write that fails.
    let limited = |to: &str| {
        let recipe = bench.at("corpus.toml");
        let inner = bench.command(&["make", &recipe, "-o", to]);
        let mut command = Command::new("sh");
        command
            .args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "sh"])
            .arg(inner.get_program())
            .args(inner.get_args());
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.output().expect("sh runs")
    };
    let to = bench.at("full");
    let told = said(&limited(&to));
    assert!(told.contains(&format!("error: {to}/")) && told.contains("too large"), "{told}");
    let left = common::files(Path::new(&to));
    let counts = left.keys().filter(|name| !name.contains("/.")).collect::<Vec<_>>();
    assert!(counts.iter().all(|name| whole[*name] == left[*name]), "{counts:?}");
    assert!(!counts.iter().any(|name| name.starts_with("parts/") || *name == "manifest.json"), "{counts:?}");
    succeeded(&bench.make(&to, &[]));
    let mut now = common::files(Path::new(&to));
    now.retain(|name, _| !name.contains("/."));
    assert!(now == whole);

    // On the way to a store it is the same.
    let told = said(&limited("s3://bucket/p"));
    assert!(told.contains(&bench.at("tmp")) && told.contains("too large"), "{told}");
    assert!(bench.server.objects("").is_empty() && bench.left().is_empty());
    succeeded(&bench.make("s3://bucket/p", &[]));
    assert!(bench.server.objects("bucket/p/") == whole);
}
