//! A tar whose members have no date and no owner: the same members, the same bytes.

use std::io;

use scene::{Digest, Whole};

/// A tar being written.
pub(super) struct Tar {
    out: ::tar::Builder<Whole>,
}

impl Tar {
    pub(super) fn new(out: Whole) -> Self {
        Self { out: ::tar::Builder::new(out) }
    }

    /// Adds a member.
    pub(super) fn put(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut header = ::tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(0);
        header.set_cksum();
        self.out.append_data(&mut header, name, bytes)
    }

    pub(super) fn finish(self) -> io::Result<Digest> {
        self.out.into_inner()?.finish()
    }
}
