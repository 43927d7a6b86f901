//! The pairs worth a person's look: the worst errors, and those nearest to the threshold.

use serde::Serialize;

/// What became of a pair, and what it truly is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Two people, scored as one.
    WronglyJoined,
    /// One person, scored below the threshold.
    MissedBelowThreshold,
    /// One person, never compared because no blocking key was shared.
    MissedByBlocking,
    /// One person, and scored as one.
    RightlyJoined,
    /// Two people, and scored as two.
    RightlyApart,
    /// Scored as one; nobody says what is true.
    Joined,
    /// Scored as two; nobody says what is true.
    Apart,
}

impl Verdict {
    /// The verdict on a compared pair.
    #[must_use]
    pub fn of(joined: bool, truth: Option<bool>) -> Self {
        match (joined, truth) {
            (true, Some(false)) => Self::WronglyJoined,
            (false, Some(true)) => Self::MissedBelowThreshold,
            (true, Some(true)) => Self::RightlyJoined,
            (false, Some(false)) => Self::RightlyApart,
            (true, None) => Self::Joined,
            (false, None) => Self::Apart,
        }
    }

    /// The verdict in words, without a full stop.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::WronglyJoined => "Two people, scored as one",
            Self::MissedBelowThreshold => "One person, scored below the threshold",
            Self::MissedByBlocking => "One person, never compared: no blocking key is shared",
            Self::RightlyJoined => "One person, scored as one",
            Self::RightlyApart => "Two people, scored as two",
            Self::Joined => "Scored as one person; the truth is not known",
            Self::Apart => "Scored as two people; the truth is not known",
        }
    }
}

/// One feature of a pair's score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedFeature {
    /// The feature compared.
    pub feature: &'static str,
    /// The level it reached.
    pub level: &'static str,
    /// What that is worth.
    pub weight_bits: f64,
    /// The same as a sentence; it never states a value.
    pub text: String,
}

/// A pair with its score taken apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedPair {
    /// The left record's id.
    pub left_id: String,
    /// The right record's id.
    pub right_id: String,
    /// What became of it.
    pub verdict: Verdict,
    /// Its match weight.
    pub weight_bits: f64,
    /// Its probability.
    pub probability: f64,
    /// What the weight is made of.
    pub features: Vec<ExplainedFeature>,
}

/// A pair of records and its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WeighedPair {
    /// The left record.
    pub left: usize,
    /// The right record.
    pub right: usize,
    /// Its match weight.
    pub weight_bits: f64,
}

/// The few pairs with the lowest ranks of all that were offered.
struct Lowest {
    most: usize,
    kept: Vec<(f64, WeighedPair)>,
}

impl Lowest {
    fn new(most: usize) -> Self {
        Self { most, kept: Vec::with_capacity(most + 1) }
    }

    fn offer(&mut self, rank: f64, pair: WeighedPair) {
        if self.kept.len() == self.most && self.kept.last().is_none_or(|last| last.0 <= rank) {
            return;
        }
        let at = self.kept.partition_point(|kept| kept.0 <= rank);
        self.kept.insert(at, (rank, pair));
        self.kept.truncate(self.most);
    }

    fn merge(&mut self, later: Self) {
        for (rank, pair) in later.kept {
            self.offer(rank, pair);
        }
    }

    fn pairs(&self) -> impl Iterator<Item = WeighedPair> {
        self.kept.iter().map(|kept| kept.1)
    }
}

/// Collects the pairs worth a look while all pairs go by.
pub struct WorthALook {
    join_bits: f64,
    truth_known: bool,
    wrongly_joined: Lowest,
    missed: Lowest,
    just_joined: Lowest,
    just_apart: Lowest,
    surest: Lowest,
}

impl WorthALook {
    /// Collects up to `errors` of each kind of error and `samples` of each kind of sample.
    #[must_use]
    pub fn new(join_bits: f64, truth_known: bool, errors: usize, samples: usize) -> Self {
        Self {
            join_bits,
            truth_known,
            wrongly_joined: Lowest::new(errors),
            missed: Lowest::new(errors),
            just_joined: Lowest::new(samples),
            just_apart: Lowest::new(samples),
            surest: Lowest::new(1),
        }
    }

    /// Looks at one pair.
    pub fn offer(&mut self, pair: WeighedPair, is_true: bool) {
        let over = pair.weight_bits - self.join_bits;
        match (over >= 0.0, self.truth_known, is_true) {
            (true, true, false) => self.wrongly_joined.offer(-over, pair),
            (false, true, true) => self.missed.offer(over, pair),
            (true, ..) => {
                self.just_joined.offer(over, pair);
                self.surest.offer(-over, pair);
            }
            (false, ..) => self.just_apart.offer(-over, pair),
        }
    }

    /// Takes in what was collected among pairs that come later.
    pub fn merge(&mut self, later: Self) {
        self.wrongly_joined.merge(later.wrongly_joined);
        self.missed.merge(later.missed);
        self.just_joined.merge(later.just_joined);
        self.just_apart.merge(later.just_apart);
        self.surest.merge(later.surest);
    }

    /// What was collected, the errors first, with the verdict on each.
    #[must_use]
    pub fn finish(&self) -> Vec<(WeighedPair, Verdict)> {
        let known = |truth| self.truth_known.then_some(truth);
        let kinds = [
            (&self.wrongly_joined, true, Some(false)),
            (&self.missed, false, Some(true)),
            (&self.surest, true, known(true)),
            (&self.just_joined, true, known(true)),
            (&self.just_apart, false, known(false)),
        ];
        let mut found: Vec<(WeighedPair, Verdict)> = Vec::new();
        for (lowest, joined, truth) in kinds {
            for pair in lowest.pairs() {
                if !found.iter().any(|(other, _)| (other.left, other.right) == (pair.left, pair.right)) {
                    found.push((pair, Verdict::of(joined, truth)));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(left: usize, weight_bits: f64) -> WeighedPair {
        WeighedPair { left, right: left + 100, weight_bits }
    }

    #[test]
    fn the_worst_errors_come_first() {
        let mut look = WorthALook::new(5.0, true, 2, 1);
        for (left, weight, is_true) in
            [(1, 9.0, false), (2, 30.0, false), (3, 6.0, false), (4, -8.0, true), (5, 4.0, true), (6, 4.5, true), (7, 20.0, true)]
        {
            look.offer(pair(left, weight), is_true);
        }
        let found: Vec<(usize, Verdict)> = look.finish().into_iter().map(|(pair, verdict)| (pair.left, verdict)).collect();
        assert_eq!(
            found,
            [
                (2, Verdict::WronglyJoined),
                (1, Verdict::WronglyJoined),
                (4, Verdict::MissedBelowThreshold),
                (5, Verdict::MissedBelowThreshold),
                (7, Verdict::RightlyJoined)
            ]
        );
    }

    #[test]
    fn what_was_collected_in_parts_is_what_would_have_been_collected_in_one_go() {
        let pairs: Vec<(WeighedPair, bool)> = (0..40).map(|at| (pair(at, [9.0, 4.0, 5.0, 30.0, -8.0][at * 7 % 5]), at % 3 == 0)).collect();
        let collected = |pairs: &[(WeighedPair, bool)]| {
            let mut look = WorthALook::new(5.0, true, 3, 2);
            for (pair, is_true) in pairs {
                look.offer(*pair, *is_true);
            }
            look
        };
        let mut in_parts = collected(&pairs[..11]);
        in_parts.merge(collected(&pairs[11..13]));
        in_parts.merge(collected(&pairs[13..]));
        assert_eq!(in_parts.finish(), collected(&pairs).finish());
    }

    #[test]
    fn without_a_truth_the_pairs_nearest_to_the_threshold_are_shown() {
        let mut look = WorthALook::new(5.0, false, 2, 1);
        for (left, weight) in [(1, 9.0), (2, 5.5), (3, 4.9), (4, -3.0)] {
            look.offer(pair(left, weight), false);
        }
        let found: Vec<(usize, Verdict)> = look.finish().into_iter().map(|(pair, verdict)| (pair.left, verdict)).collect();
        assert_eq!(found, [(1, Verdict::Joined), (2, Verdict::Joined), (3, Verdict::Apart)]);
    }
}
