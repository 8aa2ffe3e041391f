//! A prefix of a bucket as the depot of a corpus.

use std::{collections::BTreeMap, path::Path};

use ::corpus::{Depot, depot::DepotError};
use store::{Limits, Store, StoreError};

pub(super) struct Bucket(Store);

impl Bucket {
    /// Settings and keys are those of the environment.
    pub(super) fn open(address: &str) -> Result<Self, StoreError> {
        let settings =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Store::open(address.parse()?, Limits::default(), settings).map(Self)
    }
}

impl Depot for Bucket {
    fn address(&self, name: &str) -> String {
        self.0.address().of(name)
    }

    fn list(&self, folder: &str) -> Result<BTreeMap<String, u64>, DepotError> {
        Ok(self.0.list(folder)?)
    }

    fn put(&self, name: &str, file: &Path) -> Result<(), DepotError> {
        Ok(self.0.put(name, file)?)
    }

    fn get(&self, name: &str, file: &Path) -> Result<bool, DepotError> {
        Ok(self.0.get(name, file)?)
    }
}
