//! Which keys are too frequent, so that finer ones stand in their place.

use std::collections::BTreeSet;

use crate::matching::{Linkage, Model, ModelError, PairSet, Profile, hashing, pairs};

/// Pairs that blocking may propose for each record, on average.
pub const MOST_PAIRS_A_RECORD: usize = 50;

/// Records that may share a key before it is refined, at first; lowered by a third where that does not bring the pairs down to what is allowed.
const FIRST_LIMIT: usize = 60;
/// The limit is not lowered further than this.
const LAST_LIMIT: usize = 6;

/// Marks keys for refinement until there are few enough pairs. With its keys refined the model can afford every rule, also those that a model that
/// never saw the data leaves unused.
pub(super) fn refine(profiles: &[Profile], linkage: Linkage, model: &Model) -> Result<(Model, PairSet), ModelError> {
    let mut file = model.file().clone();
    file.blocking.unused.clear();
    let mut model = Model::from_file(file)?;
    let mut limit = FIRST_LIMIT;
    loop {
        model = with_limit(profiles, limit, model)?;
        let proposed = pairs::pairs(profiles, linkage, &model);
        if proposed.pairs.len() <= MOST_PAIRS_A_RECORD * profiles.len() || limit <= LAST_LIMIT {
            return Ok((model, proposed));
        }
        limit = limit * 2 / 3;
    }
}

/// Refines keys of more than `limit` records. Finer keys may be too frequent again, so it is done until nothing changes.
fn with_limit(profiles: &[Profile], limit: usize, mut model: Model) -> Result<Model, ModelError> {
    for _ in 0..4 {
        let keyed = pairs::sorted_keys(profiles, &model);
        let frequent = keyed.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() > limit).map(|group| group[0].0);
        let mut file = model.file().clone();
        let mut refined: BTreeSet<String> = file.blocking.refined.iter().cloned().collect();
        let before = refined.len();
        refined.extend(frequent.map(|key| format!("{:016x}", hashing::of_bigint(key))));
        if refined.len() == before {
            break;
        }
        file.blocking.refined = refined.into_iter().collect();
        model = Model::from_file(file)?;
    }
    Ok(model)
}
