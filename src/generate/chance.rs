//! Chance with a seed: every draw comes from one of these, so that the same seed gives the same bytes.

use fastrand::Rng;

/// A seeded source of draws.
pub struct Chance(Rng);

impl Chance {
    /// A source of its own for one part of the population, so that a change in one family does not move all the others.
    #[must_use]
    pub fn for_part(seed: u64, part: u64) -> Self {
        // SplitMix64's constants spread neighbouring parts far apart.
        let mixed = seed.wrapping_add(part.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Self(Rng::with_seed(mixed ^ (mixed >> 31)))
    }

    /// True with this probability (0 to 1).
    pub fn happens(&mut self, probability: f64) -> bool {
        self.0.f64() < probability
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        self.0.i32(low..=high)
    }

    /// A number below `limit` (which must be over 0).
    pub fn below(&mut self, limit: usize) -> usize {
        self.0.usize(0..limit)
    }

    /// A share from 0 to 1.
    pub fn share(&mut self) -> f64 {
        self.0.f64()
    }

    /// One of a list that is not empty.
    pub fn one_of<'list, T>(&mut self, list: &'list [T]) -> &'list T {
        &list[self.below(list.len())]
    }

    /// The place of one entry, drawn in proportion to the weights.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.share() * weights.iter().sum::<f64>();
        for (place, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return place;
            }
        }
        weights.len() - 1
    }

    /// A bell-shaped draw, from the sum of four even ones: good enough for ages.
    pub fn bell(&mut self, middle: f64, spread: f64) -> f64 {
        let sum: f64 = (0..4).map(|_| self.share()).sum();
        middle + (sum - 2.0) * spread * 3.0_f64.sqrt()
    }
}
