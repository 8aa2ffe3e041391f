//! Trajectories of Open3D (`.log`): three numbers, then a 4 × 4 matrix camera to world, for each frame.

use std::path::Path;

use crate::{IngestError, numbers::read_numbers};

/// The numbers of one entry.
const ENTRY: usize = 3 + 16;

/// The matrices of a file, rows first.
pub(crate) fn read_log(file: &Path) -> Result<Vec<[f64; 16]>, IngestError> {
    let numbers = read_numbers(file)?;
    let entries = numbers.chunks_exact(ENTRY);
    if numbers.is_empty() || !entries.remainder().is_empty() {
        let problem = "are no whole number of entries: three numbers and a 4 x 4 matrix each";
        return Err(IngestError::value(file, "numbers", numbers.len(), problem));
    }
    let mut poses = Vec::new();
    for (at, entry) in entries.enumerate() {
        let (head, matrix) = entry.split_at(3);
        // The second number is the position in some writers and the first in all.
        if (head[0] - at as f64).abs() > 0.0 || head.iter().any(|v| v.fract() != 0.0) {
            return Err(IngestError::value(file, format!("entry {at}"), head, "does not start with its own number"));
        }
        let matrix = <[f64; 16]>::try_from(matrix);
        poses.push(matrix.map_err(|_| IngestError::value(file, format!("entry {at}"), "", "has no matrix"))?);
    }
    Ok(poses)
}
