//! Rules for orders.

/// Kendall's rank agreement of two orders of the same things, moved to [0, 1]: the share of pairs that stand the same
/// way round. 0 where they do not hold the same things, each once.
pub fn kendall(predicted: &[String], truth: &[String]) -> f64 {
    let position = |name: &String| truth.iter().position(|other| other == name);
    let Some(places) = predicted.iter().map(position).collect::<Option<Vec<usize>>>() else { return 0.0 };
    let mut sorted = places.clone();
    sorted.sort_unstable();
    if !sorted.iter().copied().eq(0..truth.len()) || truth.is_empty() {
        return 0.0;
    }
    let pairs = truth.len() * (truth.len() - 1) / 2;
    if pairs == 0 {
        return 1.0;
    }
    let kept = (0..places.len()).flat_map(|a| (a + 1..places.len()).map(move |b| (a, b)));
    kept.filter(|(a, b)| places[*a] < places[*b]).count() as f64 / pairs as f64
}

#[cfg(test)]
mod tests {
    use super::kendall;

    #[test]
    fn pairs_that_stand_the_same_way_round() {
        let names = |text: &str| text.split(' ').map(String::from).collect::<Vec<_>>();
        for (predicted, score) in
            [("a b c d", 1.0), ("b a c d", 5.0 / 6.0), ("d c b a", 0.0), ("a b c", 0.0), ("a a b c", 0.0)]
        {
            assert!((kendall(&names(predicted), &names("a b c d")) - score).abs() < 1e-15, "{predicted}");
        }
    }
}
