//! What lies below an address: files put there whole, got back, listed.

use std::{
    collections::BTreeMap,
    fs::File,
    future::Future,
    io::{self, Read as _, Write as _},
    path::Path,
    str::FromStr,
    time::Duration,
};

use futures_util::TryStreamExt as _;
use object_store::{
    BackoffConfig, ObjectStore, ObjectStoreExt as _, RetryConfig, aws::AmazonS3Builder, gcp::GoogleCloudStorageBuilder,
    path::Path as ObjectPath,
};

use crate::{Address, Service, StoreError, connector::Connector, error};

/// Bounds of what is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Longest wait for one reply, with the sending of at most `piece_bytes` before it.
    pub timeout: Duration,
    /// Tries after the first one, where another may help (5xx, 429, broken connections).
    pub retries: usize,
    /// Least wait before another try; waits grow, with chance.
    pub first_wait: Duration,
    /// Longest wait between two tries.
    pub longest_wait: Duration,
    /// Files above this are sent in pieces of it, and read so; stores want at least 5 MiB.
    pub piece_bytes: u64,
}

impl Default for Limits {
    /// A minute, ten retries within about three minutes, pieces of 8 MiB.
    fn default() -> Self {
        Self {
            timeout: Duration::from_mins(1),
            retries: 10,
            first_wait: Duration::from_millis(100),
            longest_wait: Duration::from_secs(15),
            piece_bytes: 8 << 20,
        }
    }
}

/// No store takes more pieces of one object.
const MOST_PIECES: u64 = 10_000;
/// After this no other try is begun.
const LAST_TRY: Duration = Duration::from_mins(3);

/// A prefix of a bucket; used by any number of threads at once.
pub struct Store {
    address: Address,
    limits: Limits,
    objects: Box<dyn ObjectStore>,
}

impl Store {
    /// `settings` are variables of the environment with their values, of which those that begin with `AWS_` or `GOOGLE_` count;
    /// nobody is asked yet.
    pub fn open(
        address: Address,
        limits: Limits,
        settings: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, StoreError> {
        let settings: Vec<(String, String)> = settings.into_iter().collect();
        // Messages name what was asked.
        let is_of_server = |name: &str| name.contains("ENDPOINT") || name == "GOOGLE_BASE_URL";
        if let Some((name, _)) = settings.iter().find(|(name, value)| is_of_server(name) && value.contains('@')) {
            return Err(StoreError::Settings {
                address: address.to_string(),
                problem: format!("{name} has a user or password"),
                hint: "take them out: keys have variables of their own",
            });
        }
        let connector = Connector::new(limits.timeout);
        let backoff = BackoffConfig { init_backoff: limits.first_wait, max_backoff: limits.longest_wait, base: 3.0 };
        let retry = RetryConfig { backoff, max_retries: limits.retries, retry_timeout: LAST_TRY };
        let bucket = address.bucket.as_str();
        let settings = settings.into_iter();
        let objects: object_store::Result<Box<dyn ObjectStore>> = match address.service {
            Service::S3 => {
                let builder = known(settings, "AWS_")
                    .fold(AmazonS3Builder::new(), |builder, (key, value)| builder.with_config(key, value));
                let builder = builder.with_bucket_name(bucket).with_retry(retry).with_http_connector(connector);
                builder.build().map(|store| Box::new(store) as _)
            }
            Service::Gcs => {
                let builder = known(settings, "GOOGLE_")
                    .fold(GoogleCloudStorageBuilder::new(), |builder, (key, value)| builder.with_config(key, value));
                let builder = builder.with_bucket_name(bucket).with_retry(retry).with_http_connector(connector);
                builder.build().map(|store| Box::new(store) as _)
            }
        };
        match objects {
            Ok(objects) => Ok(Self { address, limits, objects }),
            Err(error) => Err(StoreError::settings(&address, &error)),
        }
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The objects below a folder (all, if it is empty), by their names below the address, with their sizes in bytes.
    pub fn list(&self, folder: &str) -> Result<BTreeMap<String, u64>, StoreError> {
        let place = self.place(folder, "list")?;
        let listed: Vec<_> = wait(async { self.objects.list(Some(&place)).try_collect().await })
            .map_err(|error| StoreError::object(&self.address, folder, "list", &error))?;
        let name = |place: &ObjectPath| {
            let steps: Vec<String> =
                place.prefix_match(&self.address.prefix)?.map(|step| step.as_ref().to_owned()).collect();
            Some(steps.join("/")).filter(|name| !name.is_empty())
        };
        Ok(listed.into_iter().filter_map(|meta| Some((name(&meta.location)?, meta.size))).collect())
    }

    /// Puts a file in the place of an object: it is there whole, or as it was before.
    pub fn put(&self, name: &str, file: &Path) -> Result<(), StoreError> {
        let place = self.place(name, "write")?;
        let unread = |source| StoreError::File { file: file.to_owned(), action: "read", source };
        let refused = |error: object_store::Error| StoreError::object(&self.address, name, "write", &error);
        let mut input = File::open(file).map_err(unread)?;
        let bytes = input.metadata().map_err(unread)?.len();
        if bytes <= self.limits.piece_bytes {
            let all = piece(&mut input, self.limits.piece_bytes).map_err(unread)?;
            return wait(self.objects.put(&place, all.into())).map(drop).map_err(refused);
        }
        let piece_bytes = self.limits.piece_bytes.max(bytes.div_ceil(MOST_PIECES));
        let mut upload = wait(self.objects.put_multipart(&place)).map_err(refused)?;
        let mut send = || {
            loop {
                let next = piece(&mut input, piece_bytes).map_err(unread)?;
                if next.is_empty() {
                    break;
                }
                wait(upload.put_part(next.into())).map_err(refused)?;
            }
            match wait(upload.complete()) {
                Ok(_) => Ok(()),
                // An earlier try that was done, and whose reply was lost, leaves nothing to complete.
                Err(error) => {
                    let size = error::is_missing(&error).then(|| wait(self.objects.head(&place)).ok()).flatten();
                    if size.is_some_and(|meta| meta.size == bytes) { Ok(()) } else { Err(refused(error)) }
                }
            }
        };
        let sent = send();
        if sent.is_err() {
            // What cannot be taken back is no object, and goes by the bucket's own rules.
            wait(upload.abort()).ok();
        }
        sent
    }

    /// Copies an object into a file; `false` if there is none of this name.
    pub fn get(&self, name: &str, file: &Path) -> Result<bool, StoreError> {
        let place = self.place(name, "read")?;
        let refused = |error: object_store::Error| StoreError::object(&self.address, name, "read", &error);
        let unwritten = |source| StoreError::File { file: file.to_owned(), action: "write", source };
        let bytes = match wait(self.objects.head(&place)) {
            Ok(meta) => meta.size,
            Err(object_store::Error::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(refused(error)),
        };
        let mut output = File::create(file).map_err(unwritten)?;
        let mut at = 0;
        while at < bytes {
            let until = bytes.min(at + self.limits.piece_bytes);
            let piece = wait(self.objects.get_range(&place, at..until)).map_err(refused)?;
            output.write_all(&piece).map_err(unwritten)?;
            at = until;
        }
        output.flush().map_err(unwritten)?;
        Ok(true)
    }

    fn place(&self, name: &str, action: &'static str) -> Result<ObjectPath, StoreError> {
        let whole = [self.address.prefix.as_ref(), name].join("/");
        ObjectPath::parse(whole.trim_matches('/')).map_err(|_| StoreError::Object {
            object: self.address.of(name),
            action,
            problem: "no object may have this name".into(),
            hint: "rename what it is of: scenes and frames give pictures their names",
        })
    }
}

/// The settings that a service knows; a program's environment has others that begin alike.
fn known<K: FromStr>(
    settings: impl Iterator<Item = (String, String)>,
    start: &'static str,
) -> impl Iterator<Item = (K, String)> {
    let of_service = settings.filter(move |(name, _)| name.starts_with(start));
    of_service.filter_map(|(name, value)| Some((name.to_ascii_lowercase().parse().ok()?, value)))
}

/// The next bytes, at most so many.
fn piece(input: &mut File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Waits for an operation, on a runtime of its own: the client blocks its thread, and would hold up all others of a shared one.
fn wait<T>(operation: impl Future<Output = object_store::Result<T>>) -> object_store::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let fault = |source: io::Error| object_store::Error::Generic { store: "runtime", source: Box::new(source) };
    runtime.map_err(fault)?.block_on(operation)
}
