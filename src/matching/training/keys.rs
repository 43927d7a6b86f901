//! Which keys are too frequent, so that finer ones stand in their place.

use super::Goal;
use crate::matching::{
    Linkage, Model, ModelError, Profile,
    blocking::keys_below,
    key_set::KeySet,
    pairs::{Keyed, MOST_SHARED_KEYS},
};

/// Pairs that blocking may propose for each record, on average.
pub const MOST_PAIRS_A_RECORD: usize = 50;

/// Where one shared key proposes more pairs a record than the first of these, two are asked for; where two propose more than the second, three. Most pairs
/// share a key by accident: of 203,000 records of a generated population one key proposed 44 pairs a record and held .998 of the true pairs, two 10.2
/// and .995, three 4.7 and .985, at an F1 of people of .963, .963 and .962.
const PAIRS_WORTH_THEIR_TIME: [usize; 2] = [20, 15];

/// Where the goal is balance, as in `evaluate`, somebody waits for the result: where three shared keys or four still propose more pairs than this in all, one
/// more is asked for. Of a million records of a generated population three keys proposed 9.2 pairs a record and held .980 of the true pairs, four 5.0 and
/// .969, five 2.1 and .952, at an F1 of people of .973, .973 and .970; to weigh them took 3.0, 2.0 and 0.8 seconds.
const PAIRS_WORTH_WAITING: usize = 3_000_000;

/// Records that may share a key before it is refined, at first; lowered by a third where that does not bring the pairs down to what is allowed.
const FIRST_LIMIT: usize = 60;
/// The limit is not lowered further than this.
const LAST_LIMIT: usize = 6;
/// Rounds of refinement: no rule has more finer parts.
const MOST_ROUNDS: usize = 4;
/// Up to so many records, their pairs are counted; of more, those of every second, third and so on.
const RECORDS_COUNTED: usize = 100_000;

/// Keys with a model that refines them.
pub(super) struct Refined {
    pub model: Model,
    pub keyed: Keyed,
    /// How many pairs the keys propose.
    pub pairs: usize,
}

/// Marks keys for refinement until there are few enough pairs. With its keys refined the model can afford every rule, also those that a model that
/// never saw the data leaves unused.
pub(super) fn refine(profiles: &[Profile], linkage: Linkage, goal: Goal, model: &Model) -> Result<Refined, ModelError> {
    let mut file = model.file().clone();
    file.blocking.unused.clear();
    file.blocking.shared_keys = 1; // how many it takes depends on these records
    let mut model = Model::from_file(file)?;
    let mut keyed = Keyed::of(profiles, &model);
    let every = profiles.len().div_ceil(RECORDS_COUNTED).max(1);
    let mut limit = FIRST_LIMIT;
    loop {
        refine_to(limit, profiles, &mut model, &mut keyed);
        let counts = keyed.count_of_every(every, linkage);
        let pairs_sharing = |keys: usize| counts[keys - 1] * every;
        while pairs_sharing(model.shared_keys()) > most_pairs(model.shared_keys(), goal, profiles.len()) {
            model.ask_for_shared_keys(model.shared_keys() + 1);
        }
        let pairs = pairs_sharing(model.shared_keys());
        if pairs <= MOST_PAIRS_A_RECORD * profiles.len() || limit <= LAST_LIMIT {
            model.list_refined();
            return Ok(Refined { model, keyed, pairs });
        }
        limit = limit * 2 / 3;
    }
}

/// The pairs that so many shared keys may propose before one more is asked for.
fn most_pairs(shared_keys: usize, goal: Goal, records: usize) -> usize {
    match PAIRS_WORTH_THEIR_TIME.get(shared_keys - 1) {
        Some(of_each) => of_each * records,
        None if goal == Goal::Balance && shared_keys < MOST_SHARED_KEYS => PAIRS_WORTH_WAITING,
        None => usize::MAX,
    }
}

/// Refines keys of more than `limit` records. Finer keys may be too frequent again, so it is done until nothing changes.
fn refine_to(limit: usize, profiles: &[Profile], model: &mut Model, keyed: &mut Keyed) {
    let mut frequent = TooFrequent::new(keyed, profiles.len(), limit, model);
    for _ in 0..MOST_ROUNDS {
        if frequent.keys.is_empty() {
            break;
        }
        model.refine(&frequent.keys);
        let finer = Keyed::new(profiles, |place, profile, keys| {
            keys.clear();
            if frequent.holders[place] {
                keys_below(profile, model, &frequent.keys, keys);
            }
        });
        let next = TooFrequent::new(&finer, profiles.len(), limit, model);
        keyed.replace(&frequent.keys, finer);
        frequent = next;
    }
}

/// The keys of more than a limit of records that are not refined yet.
struct TooFrequent {
    keys: KeySet,
    /// Whether a record has any of them, by its place.
    holders: Vec<bool>,
}

impl TooFrequent {
    fn new(keyed: &Keyed, records: usize, limit: usize, model: &Model) -> Self {
        let mut keys = Vec::new();
        let mut holders = vec![false; records];
        for group in keyed.groups().filter(|group| group.len() > limit && !model.is_refined(group[0].0)) {
            keys.push(group[0].0);
            for (_, place) in group {
                holders[*place as usize] = true;
            }
        }
        Self { keys: keys.into_iter().collect(), holders }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Address, BirthDate, PersonDetails},
        matching::pairs,
    };

    #[test]
    fn a_fourth_and_a_fifth_key_are_asked_for_only_where_somebody_waits() {
        let most = |goal| [1, 2, 3, 4, 5].map(|keys| most_pairs(keys, goal, 1000));
        assert_eq!(most(Goal::Balance), [20_000, 15_000, 3_000_000, 3_000_000, usize::MAX]);
        assert_eq!(most(Goal::Precision(0.9998)), [20_000, 15_000, usize::MAX, usize::MAX, usize::MAX]);
    }

    #[test]
    fn the_number_of_shared_keys_is_found_anew_for_other_records() {
        let mut asked = Model::built_in().clone();
        asked.ask_for_shared_keys(MOST_SHARED_KEYS);
        let profiles = vec![Profile::new(&PersonDetails::default(), &asked); 3];
        assert_eq!(refine(&profiles, Linkage::Within, Goal::Balance, &asked).unwrap().model.shared_keys(), 1);
    }

    #[test]
    fn the_keys_that_come_with_a_refined_model_propose_the_pairs_that_it_does() {
        let person = |at: usize| PersonDetails {
            given_name: Some(["Noor", "Sara", "Jago"][at % 3].into()),
            family_name: Some(["Malik", "Teal"][at % 2].into()),
            date_of_birth: BirthDate::new(jiff::civil::date(2010, 1 + i8::try_from(at % 12).unwrap(), 1 + i8::try_from(at % 25).unwrap())),
            addresses: vec![Address::from_cells([format!("{} High Street, Ashby", at % 90).as_str()], None)],
            ..PersonDetails::default()
        };
        let profiles: Vec<Profile> = (0..900).map(|at| Profile::new(&person(at), Model::built_in())).collect();
        for linkage in [Linkage::Within, Linkage::Across(400)] {
            let refined = refine(&profiles, linkage, Goal::Balance, Model::built_in()).unwrap();
            assert!(!refined.model.file().blocking.refined.is_empty());
            let (kept, anew) = (refined.keyed.pairs(linkage, &refined.model), pairs(&profiles, linkage, &refined.model));
            assert_eq!((&kept.pairs, kept.skipped_keys), (&anew.pairs, anew.skipped_keys));
            assert_eq!(refined.pairs, kept.pairs.len());
        }
    }
}
