//! Text files of numbers between blanks: matrices, poses, trajectories.

use std::path::Path;

use crate::IngestError;

/// Most numbers that such a file may hold.
const MAX_NUMBERS: usize = 20_000_000;

/// Every number of a file; a word that starts with `#` starts a comment. Numbers may be infinite or `NaN`, in the spellings of C too.
pub(crate) fn read_numbers(file: &Path) -> Result<Vec<f64>, IngestError> {
    let text = scene::file::read_text(file)?;
    let rows = text.lines().enumerate();
    let mut numbers = Vec::new();
    for (line, row) in rows {
        numbers.extend(row_of(file, line + 1, row)?);
        if numbers.len() > MAX_NUMBERS {
            return Err(IngestError::value(file, "size", numbers.len(), format!("at most {MAX_NUMBERS} are read")));
        }
    }
    Ok(numbers)
}

/// The numbers of one line.
pub(crate) fn row_of(file: &Path, line: usize, row: &str) -> Result<Vec<f64>, IngestError> {
    let words = row.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    words
        .take_while(|word| !word.starts_with('#'))
        .map(|word| number(word).ok_or_else(|| IngestError::value(file, format!("line {line}"), word, "is no number")))
        .collect()
}

fn number(word: &str) -> Option<f64> {
    // Microsoft's C library writes -1.#INF, 1.#QNAN and the like.
    if word.contains("#IN") || word.contains("#QNAN") || word.contains("#J") {
        return Some(f64::NAN);
    }
    // Some C libraries write three digits of exponent, which Rust reads as well.
    word.parse().ok()
}

/// A file that must hold a matrix of these many rows and columns; one more row and column of a homogeneous matrix is
/// accepted where it is that of the identity.
pub(crate) fn intrinsic_matrix(file: &Path, numbers: &[f64]) -> Result<[f64; 4], IngestError> {
    let wide = match numbers.len() {
        9 => 3,
        16 => 4,
        count => return Err(IngestError::value(file, "matrix", count, "numbers instead of 9 or 16")),
    };
    let at = |row: usize, column: usize| numbers[row * wide + column];
    let [fx, fy, cx, cy] = [at(0, 0), at(1, 1), at(0, 2), at(1, 2)];
    let mut rest = numbers.to_vec();
    for (row, column) in [(0, 0), (1, 1), (0, 2), (1, 2)] {
        rest[row * wide + column] = 0.0;
    }
    let diagonal = (2..wide).map(|at| at * wide + at);
    for place in diagonal {
        rest[place] -= 1.0;
    }
    // Written so that NaN is refused too.
    if !rest.iter().all(|value| value.abs() <= 1e-6) {
        let problem = "is no matrix of focal lengths and a principal point (skew is not supported)";
        return Err(IngestError::value(file, "matrix", numbers, problem));
    }
    Ok([fx, fy, cx, cy])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_every_spelling() {
        let row = row_of(Path::new("x"), 1, " 1.5e+002\t-inf, nan -1.#INF00 3 # rest").unwrap();
        assert_eq!((row.len(), row[0], row[1], row[4]), (5, 150.0, f64::NEG_INFINITY, 3.0));
        assert!(row[2].is_nan() && row[3].is_nan());
        assert!(row_of(Path::new("x"), 7, "1 two").unwrap_err().to_string().contains("line 7"));
    }

    #[test]
    fn matrices_of_cameras() {
        let file = Path::new("k.txt");
        let three = [500.0, 0.0, 320.0, 0.0, 501.0, 240.0, 0.0, 0.0, 1.0];
        assert_eq!(intrinsic_matrix(file, &three).unwrap().map(|v| v as u32), [500, 501, 320, 240]);
        let mut four = [0.0; 16];
        (four[0], four[5], four[2], four[6], four[10], four[15]) = (500.0, 501.0, 320.0, 240.0, 1.0, 1.0);
        assert_eq!(intrinsic_matrix(file, &four).unwrap().map(|v| v as u32), [500, 501, 320, 240]);
        for (place, wrong) in [(1, 0.5), (8, f64::NAN), (8, 0.0), (6, 1.0)] {
            let mut three = three;
            three[place] = wrong;
            assert!(intrinsic_matrix(file, &three).is_err());
        }
        assert!(intrinsic_matrix(file, &three[..8]).is_err());
    }
}
