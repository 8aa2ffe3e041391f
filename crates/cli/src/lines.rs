//! Files of one JSON object a line, read line by line within limits.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read as _, stdin},
    path::Path,
};

use scene::disk::{MAX_BYTES, without_mark};
use serde::de::DeserializeOwned;

/// Longest line that is read, bytes.
const MOST_BYTES: u64 = 64 << 20;

/// Why a file of lines could not be read; every message names the file, and the line where there is one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LineError {
    #[error("{file}: {problem}")]
    File { file: String, problem: String },
    #[error("{file}:{line}: {problem}")]
    Line { file: String, line: usize, problem: String },
}

/// A file that is read line by line.
pub(crate) struct Lines {
    file: String,
    reader: Box<dyn BufRead>,
    /// Number of the last line read, from 1.
    number: usize,
}

impl Lines {
    /// Opens a file; `-` is standard input.
    pub(crate) fn open(path: &Path) -> Result<Self, LineError> {
        if path == Path::new("-") {
            return Ok(Self { file: "-".to_owned(), reader: Box::new(stdin().lock()), number: 0 });
        }
        let file = path.display().to_string();
        match File::open(path) {
            Ok(opened) => Ok(Self { file, reader: Box::new(BufReader::new(opened)), number: 0 }),
            Err(error) => {
                Err(LineError::File { file, problem: format!("cannot open: {error} (hint: check the path)") })
            }
        }
    }

    /// The next line that is not blank, with its number.
    pub(crate) fn next(&mut self) -> Result<Option<(usize, String)>, LineError> {
        loop {
            let mut bytes = Vec::new();
            let read = (&mut self.reader).take(MOST_BYTES + 1).read_until(b'\n', &mut bytes);
            self.number += 1;
            let size = read.map_err(|error| self.fault(self.number, format!("cannot read: {error}")))?;
            if size == 0 {
                return Ok(None);
            }
            if size as u64 > MOST_BYTES {
                return Err(self.fault(self.number, format!("the line is longer than {MOST_BYTES} bytes")));
            }
            let mut line = String::from_utf8(bytes).map_err(|error| {
                let offset = error.utf8_error().valid_up_to();
                self.fault(self.number, format!("byte {offset} of the line is not UTF-8 (hint: is it compressed?)"))
            })?;
            if self.number == 1 {
                line = without_mark(line);
            }
            if !line.trim().is_empty() {
                return Ok(Some((self.number, line)));
            }
        }
    }

    /// The line that was read last with all that follows, as one text; none where that is longer than a file may be.
    pub(crate) fn whole(&mut self, line: String) -> Result<Option<String>, LineError> {
        let mut bytes = line.into_bytes();
        let read = (&mut self.reader).take(MAX_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| self.file_fault(&format!("cannot read: {error}")))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Ok(None);
        }
        String::from_utf8(bytes).map(Some).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let problem = format!("byte {offset} from here is not UTF-8 (hint: is it compressed?)");
            self.fault(self.number, problem)
        })
    }

    /// What is wrong with a line.
    pub(crate) fn fault(&self, line: usize, problem: String) -> LineError {
        LineError::Line { file: self.file.clone(), line, problem }
    }

    /// What is wrong with the file as a whole.
    pub(crate) fn file_fault(&self, problem: &str) -> LineError {
        LineError::File { file: self.file.clone(), problem: problem.to_owned() }
    }
}

/// A row: the JSON object of a line; the message names the field.
pub(crate) fn parse_row<T: DeserializeOwned>(line: &str) -> Result<T, String> {
    if line.trim_start().starts_with('{') {
        parse(line)
    } else {
        Err("no JSON object (hint: each line is one, `{…}`; a list has one a line, without brackets)".to_owned())
    }
}

/// A value from the JSON of a line; the message names the field.
pub(crate) fn parse<T: DeserializeOwned>(line: &str) -> Result<T, String> {
    scene::json::read_json(line.as_bytes()).map_err(|fault| {
        let field = if fault.field == "." { String::new() } else { format!("{}: ", fault.field) };
        // The line of a line is always 1.
        format!("column {}: {field}{}", fault.column, fault.problem)
    })
}
