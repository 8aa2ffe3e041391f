//! One-to-one matching of the greatest total weight, by shortest augmenting paths (the Hungarian method).

/// For each row the column it is matched with, where the total weight is greatest. Rows and columns may differ in
/// number; those left over are matched with none. Weights must be finite.
pub fn best_matching(rows: usize, columns: usize, weight: &dyn Fn(usize, usize) -> f64) -> Vec<Option<usize>> {
    if rows > columns {
        let mut matched = vec![None; rows];
        for (column, row) in best_matching(columns, rows, &|column, row| weight(row, column)).into_iter().enumerate() {
            if let Some(row) = row {
                matched[row] = Some(column);
            }
        }
        return matched;
    }
    // Potentials of rows and columns; column 0 is where a row starts that is not matched yet.
    let (mut row_potential, mut column_potential) = (vec![0.0; rows + 1], vec![0.0; columns + 1]);
    let mut row_of = vec![0_usize; columns + 1];
    let (mut least, mut before) = (vec![0.0; columns + 1], vec![0_usize; columns + 1]);
    let mut done = vec![false; columns + 1];
    for row in 1..=rows {
        row_of[0] = row;
        least.fill(f64::INFINITY);
        done.fill(false);
        let mut column = 0;
        while row_of[column] != 0 {
            done[column] = true;
            let here = row_of[column];
            let (mut step, mut next) = (f64::INFINITY, 0);
            for other in (1..=columns).filter(|other| !done[*other]) {
                let cost = -weight(here - 1, other - 1) - row_potential[here] - column_potential[other];
                if cost < least[other] {
                    (least[other], before[other]) = (cost, column);
                }
                if least[other] < step {
                    (step, next) = (least[other], other);
                }
            }
            if next == 0 {
                break;
            }
            for other in 0..=columns {
                if done[other] {
                    row_potential[row_of[other]] += step;
                    column_potential[other] -= step;
                } else {
                    least[other] -= step;
                }
            }
            column = next;
        }
        while column != 0 {
            row_of[column] = row_of[before[column]];
            column = before[column];
        }
    }
    let mut matched = vec![None; rows];
    for column in 1..=columns {
        if row_of[column] > 0 {
            matched[row_of[column] - 1] = Some(column - 1);
        }
    }
    matched
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The greatest total over all ways to match.
    fn slow(weights: &[Vec<f64>], row: usize, used: u32) -> f64 {
        let Some(here) = weights.get(row) else { return 0.0 };
        let left_out = if weights.len() > here.len() { slow(weights, row + 1, used) } else { f64::NEG_INFINITY };
        let taken = (0..here.len()).filter(|column| used >> column & 1 == 0);
        taken.map(|column| here[column] + slow(weights, row + 1, used | 1 << column)).fold(left_out, f64::max)
    }

    proptest! {
        #[test]
        fn nothing_matches_better(rows in 1_usize..6, columns in 1_usize..6, cells in prop::collection::vec(0.0..1.0_f64, 36)) {
            let weights: Vec<Vec<f64>> = (0..rows).map(|row| cells[row * 6..row * 6 + columns].to_vec()).collect();
            let matched = best_matching(rows, columns, &|row, column| weights[row][column]);
            let mut used: Vec<usize> = matched.iter().flatten().copied().collect();
            prop_assert_eq!(used.len(), rows.min(columns));
            used.sort_unstable();
            used.dedup();
            prop_assert_eq!(used.len(), rows.min(columns));
            let total: f64 = matched.iter().enumerate().filter_map(|(row, column)| Some(weights[row][(*column)?])).sum();
            prop_assert!((total - slow(&weights, 0, 0)).abs() < 1e-9);
        }
    }

    #[test]
    fn nothing_to_match() {
        assert_eq!(best_matching(0, 3, &|_, _| 0.0), Vec::<Option<usize>>::new());
        assert_eq!(best_matching(2, 0, &|_, _| 0.0), [None, None]);
    }
}
