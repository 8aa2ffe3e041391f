//! Where a corpus lies: in a folder of this machine, or at the address of an object store.

#[cfg(feature = "object-stores")]
mod bucket;
mod scratch;

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use ::corpus::{Depot, Place};
use clap::builder::{PathBufValueParser, TypedValueParser};
use scratch::Scratch;

use crate::output::{OutputError, is_stdout};

/// A folder or an address, as it was typed.
#[derive(Debug, Clone)]
pub(crate) enum Where {
    Folder(PathBuf),
    Address(String),
}

/// Parses a folder or an address.
pub(crate) fn place() -> impl TypedValueParser<Value = Where> {
    PathBufValueParser::new().try_map(|place| match place.to_str() {
        _ if is_stdout(&place) => Err(OutputError::Folder),
        Some(text) if text.contains("://") => Ok(Where::Address(text.to_owned())),
        _ => Ok(Where::Folder(place)),
    })
}

impl Where {
    /// Gets a place ready to be read or written.
    pub(crate) fn open(&self) -> Result<Opened, Box<dyn Error>> {
        match self {
            Self::Folder(folder) => Ok(Opened { folder: folder.clone(), store: None }),
            Self::Address(address) => {
                let depot = depot(address)?;
                let scratch = Scratch::new()?;
                Ok(Opened { folder: scratch.folder().to_owned(), store: Some((depot, scratch)) })
            }
        }
    }

    /// The folder, for what works on folders alone.
    pub(crate) fn folder(&self) -> Result<&Path, String> {
        match self {
            Self::Folder(folder) => Ok(folder),
            Self::Address(address) => {
                let shown = without_user(address);
                Err(format!(
                    "{shown}: a folder of this machine is wanted here (hint: copy the corpus with the store's own tools)"
                ))
            }
        }
    }
}

/// A place that is ready, for as long as this lives.
pub(crate) struct Opened {
    folder: PathBuf,
    store: Option<(Box<dyn Depot>, Scratch)>,
}

impl Opened {
    pub(crate) fn place(&self) -> Place<'_> {
        match &self.store {
            None => Place::from(&self.folder),
            Some((depot, _)) => Place::at_depot(depot.as_ref(), &self.folder),
        }
    }
}

/// An address for messages: what stands before an @ may be a password.
fn without_user(address: &str) -> &str {
    address.rsplit('@').next().unwrap_or_default()
}

#[cfg(feature = "object-stores")]
fn depot(address: &str) -> Result<Box<dyn Depot>, Box<dyn Error>> {
    Ok(Box::new(bucket::Bucket::open(address)?))
}

#[cfg(not(feature = "object-stores"))]
fn depot(address: &str) -> Result<Box<dyn Depot>, Box<dyn Error>> {
    let shown = without_user(address);
    Err(format!("{shown}: this isovist was built without object stores (hint: build it with --features object-stores)")
        .into())
}
