//! Counter-based random streams: the same key gives the same numbers on any machine, thread or shard.

/// A stream keyed by seed, names and index (SplitMix64 over an FNV-1a key).
#[derive(Debug, Clone)]
pub struct Draw {
    state: u64,
}

impl Draw {
    /// The stream of this key.
    pub fn new(seed: u64, names: &[&str], index: u64) -> Self {
        let mut state = 0xcbf2_9ce4_8422_2325_u64;
        let mut eat = |byte: u8| state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        seed.to_le_bytes().into_iter().for_each(&mut eat);
        for name in names {
            name.bytes().for_each(&mut eat);
            eat(0xff); // not a UTF-8 byte: ("ab", "c") and ("a", "bc") are different keys
        }
        index.to_le_bytes().into_iter().for_each(&mut eat);
        Self { state }
    }

    /// Uniform over all 64-bit numbers.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform in `0..n`; 0 for `n` = 0.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// Uniform in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in [lo, hi).
    pub fn between(&mut self, lo: f64, hi: f64) -> f64 {
        lo + (hi - lo) * self.unit()
    }

    /// Standard normal (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// One of the items.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// The first `n` of a uniform shuffle of `0..len`.
    pub fn distinct(&mut self, n: usize, len: usize) -> Vec<usize> {
        let n = n.min(len);
        if n > MOST_SPARSE {
            let mut all: Vec<usize> = (0..len).collect();
            for at in 0..n {
                let other = at + self.below(len - at);
                all.swap(at, other);
            }
            all.truncate(n);
            return all;
        }
        // The same shuffle, of which only the places that a swap has touched are kept.
        let mut moved: Vec<(usize, usize)> = Vec::with_capacity(n);
        let mut drawn = Vec::with_capacity(n);
        for at in 0..n {
            let other = at + self.below(len - at);
            let now = |place: usize, moved: &[(usize, usize)]| {
                moved.iter().rev().find(|(touched, _)| *touched == place).map_or(place, |(_, holds)| *holds)
            };
            let here = now(at, &moved);
            drawn.push(now(other, &moved));
            moved.push((other, here));
        }
        drawn
    }
}

/// Most items for which a list of the touched places is quicker than all of them.
const MOST_SPARSE: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_of_a_key_never_change() {
        let mut draw = Draw::new(7, &["gen", "absolute_distance"], 3);
        let bits: Vec<u64> = (0..3).map(|_| draw.bits()).collect();
        assert_eq!(bits, [0x191e_ba61_0feb_3921, 0xef57_6b15_000b_a862, 0x0adf_042f_f1bc_14a7]);
        assert_ne!(Draw::new(7, &["ab", "c"], 0).bits(), Draw::new(7, &["a", "bc"], 0).bits());
    }

    #[test]
    fn a_few_items_of_a_shuffle_are_the_first_of_the_whole_shuffle() {
        for index in 0..2000 {
            let len = 17 + (index as usize % 40);
            let whole = Draw::new(1, &["shuffle"], index).distinct(len, len);
            for n in [1, 2, 5, MOST_SPARSE] {
                let few = Draw::new(1, &["shuffle"], index).distinct(n, len);
                assert_eq!(few, whole[..n], "{n} of {len}");
            }
        }
    }
}
