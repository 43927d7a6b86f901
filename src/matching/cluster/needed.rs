//! How much must speak for two groups being one person's.

use super::count;
use crate::matching::Model;

/// Bits by which the mean may lie lower where one group is a single record: of one who goes by two names or has moved, it may be like one record alone.
const SINGLE_BITS: f64 = 7.0;

/// Bits by which the best pair must weigh more where both groups have several records, and no birth date in common, or nothing else: of many pairs, one may
/// look like a link by accident.
const SEVERAL_BEST_BITS: f64 = 2.0;

/// Bits by which the mean must lie higher there, for each record of the smaller group beyond the first, of which at most two count.
const SEVERAL_MEAN_BITS: f64 = 2.5;

/// Bits by which the best pair must weigh more, and all pairs in the mean, where there is a reason for two people: two rows of one list that do not say the
/// same, or two telephone numbers of whom little else is known.
const DOUBT_BITS: f64 = 1.5;

/// Bits by which the best pair must weigh more, beside [`DOUBT_BITS`], where one of two with other telephone numbers is only told of, and no home is
/// known to be common: all that speaks for one person is a name, or an email address made of it.
const STRANGERS_BITS: f64 = 4.0;

/// Bits by which the best pair must weigh more where telephone numbers and email addresses are others, and neither a home nor an identifier is known to be
/// common: of a common name many are born on one day; or where many records of each have a telephone number in common and nothing else.
const NAMES_ALONE_BITS: f64 = 8.0;

/// Bits by which the best pair must weigh more where groups share an email address, but no birth date, identifier, home or telephone number. (Namesakes'
/// addresses are made of the same names.)
const EMAIL_ALONE_BEST_BITS: f64 = 3.0;

/// The same where one of the groups has three records or more: one of them would have something else in common with the other person's.
const EMAIL_ALONE_OF_THREE_BEST_BITS: f64 = 7.0;

/// Bits by which the mean must lie higher there.
const EMAIL_ALONE_MEAN_BITS: f64 = 4.0;

/// Bits by which the best pair must weigh more where several records of each share, beside names, the home of a family that may tell of one of them.
const FAMILYS_HOME_BITS: f64 = 2.0;

/// Bits by which the mean may lie below the lower threshold where a telephone number of one person is common, and nothing differs.
const OWN_TELEPHONE_MEAN_BITS: f64 = 3.0;

/// What must speak for two groups of records being one person's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Needed {
    /// The weight that the best pair must reach, in bits.
    pub best_bits: f64,
    /// The mean weight that all pairs together must reach, in bits.
    pub mean_bits: f64,
}

impl Needed {
    /// For groups of so many records, by whether a record of each has the same birth date, and that is not all that they have in common beside names.
    #[must_use]
    pub fn between(one: usize, other: usize, share_birth_date: bool, model: &Model) -> Self {
        let (best_bits, mean_bits) = (model.join_bits(), model.review_bits());
        match one.min(other) {
            1 => Self { best_bits, mean_bits: mean_bits - SINGLE_BITS },
            _ if share_birth_date => Self { best_bits, mean_bits },
            smaller => {
                Self { best_bits: best_bits + SEVERAL_BEST_BITS, mean_bits: mean_bits + SEVERAL_MEAN_BITS * count(smaller.min(3) - 1) }
            }
        }
    }

    /// The same where there is a reason for two people.
    pub(super) fn in_doubt(self) -> Self {
        Self { best_bits: self.best_bits + DOUBT_BITS, mean_bits: self.mean_bits + DOUBT_BITS }
    }

    /// The same where one is only told of, and neither a telephone number nor a home is known to be common.
    pub(super) fn of_strangers(self) -> Self {
        Self { best_bits: self.best_bits + STRANGERS_BITS, ..self }
    }

    /// The same where names speak for one person and hardly anything else: a birth date, or of many records a telephone number.
    pub(super) fn by_names_alone(self) -> Self {
        Self { best_bits: self.best_bits + NAMES_ALONE_BITS, ..self }
    }

    /// The same where an email address is all that they share beside names, by whether one of them has three records or more.
    pub(super) fn by_email_alone(self, of_three: bool) -> Self {
        let more_bits = if of_three { EMAIL_ALONE_OF_THREE_BEST_BITS } else { EMAIL_ALONE_BEST_BITS };
        Self { best_bits: self.best_bits + more_bits, mean_bits: self.mean_bits + EMAIL_ALONE_MEAN_BITS }
    }

    /// The same where several records of each share, beside names, no more than the home of a family that may tell of one of them.
    pub(super) fn by_a_familys_home(self) -> Self {
        Self { best_bits: self.best_bits + FAMILYS_HOME_BITS, ..self }
    }

    /// The same where a telephone number of one person is common, and nothing that is known of both differs: of many records few have the number, and
    /// names alone leave all others where two people of one name would be.
    pub(super) fn by_own_telephone(self, model: &Model) -> Self {
        Self { mean_bits: self.mean_bits.min(model.review_bits() - OWN_TELEPHONE_MEAN_BITS), ..self }
    }

    /// Whether so much is reached.
    #[must_use]
    pub fn is_met(&self, best_bits: f64, mean_bits: f64) -> bool {
        best_bits >= self.best_bits && mean_bits >= self.mean_bits
    }

    /// For a record that is left alone, and another such record or a group that has not it: most people are known to several lists, so that who has
    /// nobody else may be whom it is most like.
    pub(super) fn of_the_lone(one: usize, other: usize, model: &Model) -> Option<Self> {
        let best_bits = match (one.min(other), one.max(other)) {
            (1, 1) => model.lone_bits(),
            (1, _) => model.lone_bits().midpoint(model.join_bits()),
            _ => return None,
        };
        Some(Self { best_bits, mean_bits: model.review_bits() })
    }
}

/// Which groups are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Those for which as much speaks as ever must.
    First,
    /// Of single records that are left alone, and of no list that has a row of its own for both, also those for which a little less speaks.
    OfTheLone,
}
