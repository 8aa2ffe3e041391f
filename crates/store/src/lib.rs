//! Object stores (S3 and what speaks like it, Google Cloud Storage) behind plain calls that wait.
//!
//! | file | subject |
//! |---|---|
//! | [`mod@address`] | `s3://bucket/prefix`, `gs://bucket/prefix` |
//! | [`mod@store`] | what lies below an address: put, get, list |
//! | `connector` | how `object_store` speaks HTTP: over ureq, without a second client and a second TLS library |
//! | [`mod@error`] | why an object cannot be written or read |
//!
//! Who may enter is told by the variables of the environment that `object_store` reads (`AWS_…`, `GOOGLE_…`). No error and no
//! form for debugging has a value of theirs. Nothing asynchronous shows outside.

pub mod address;
mod connector;
pub mod error;
pub mod store;

pub use address::{Address, Service};
pub use error::StoreError;
pub use store::{Limits, Store};
