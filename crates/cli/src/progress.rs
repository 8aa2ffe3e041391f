//! Progress of long commands: on a terminal's standard error, and nowhere else.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over `all` things of a kind. It draws nothing where standard error is no terminal.
pub(crate) fn bar(all: u64, kind: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(all);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg} {eta}") {
        bar.set_style(style);
    }
    bar.with_message(kind)
}
