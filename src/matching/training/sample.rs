//! The pairs that training looks at.

use rayon::prelude::*;

use super::{TrainingSettings, keys::Refined};
use crate::matching::{
    Linkage, Model, Profile,
    compare::{self, Finding, Findings, Scope},
    conflict, hashing,
    normalise::address::Dwelling,
    score,
};

/// Pairs of which one thread collects the findings at a time.
const PAIRS_A_PART: usize = 8192;

/// Findings of many pairs, in parts as they were collected.
pub(super) struct Pairs {
    parts: Vec<Part>,
    /// Places of the two profiles.
    places: Vec<(u32, u32)>,
}

/// Findings of some pairs, one behind the other.
#[derive(Default)]
struct Part {
    findings: Vec<Finding>,
    ends: Vec<u32>,
    conflicts: Vec<bool>,
}

impl Part {
    fn push(&mut self, findings: &Findings, conflict: bool) {
        self.findings.extend_from_slice(findings.as_slice());
        self.ends.push(u32::try_from(self.findings.len()).expect("fewer than 2^32 findings"));
        self.conflicts.push(conflict);
    }
}

impl Pairs {
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn get(&self, place: usize) -> &[Finding] {
        let (part, place) = (&self.parts[place / PAIRS_A_PART], place % PAIRS_A_PART);
        let start = if place == 0 { 0 } else { part.ends[place - 1] as usize };
        &part.findings[start..part.ends[place] as usize]
    }

    pub(super) fn places(&self, place: usize) -> (u32, u32) {
        self.places[place]
    }

    /// Whether a rule holds the pair apart.
    pub(super) fn is_conflict(&self, place: usize) -> bool {
        self.parts[place / PAIRS_A_PART].conflicts[place % PAIRS_A_PART]
    }

    fn of(profiles: &[Profile], places: Vec<(u32, u32)>, model: &Model) -> Self {
        let part = |places: &[(u32, u32)]| {
            let mut part = Part::default();
            score::for_each_pair(profiles, places, |_, left, right| {
                let findings = compare::compare(left, right, Scope::ALL, model);
                part.push(&findings, conflict::of_findings(left, right, &findings, model).is_some());
            });
            part
        };
        Self { parts: places.par_chunks(PAIRS_A_PART).map(part).collect(), places }
    }
}

/// Everything that training looks at.
pub(super) struct Sample {
    /// Pairs that blocking proposes, or a part of them.
    pub proposed: Pairs,
    /// What share of the proposed pairs that part is.
    pub share: f64,
    /// All pairs of the records whose places are multiples of this are in that part.
    pub every: usize,
    /// Pairs at random.
    pub random: Pairs,
    /// Pairs of people at one dwelling, whatever else they share.
    pub household: Pairs,
    /// Pairs of one postcode, whatever else they share.
    pub neighbours: Pairs,
    /// How many pairs there are at all.
    pub all_pairs: f64,
    /// More pairs of one person than this there cannot be, or hardly.
    pub most_matches: f64,
}

/// Draws the sample; the same for the same seed.
pub(super) fn draw(profiles: &[Profile], settings: &TrainingSettings, refined: &Refined, model: &Model) -> Sample {
    // A pair is taken for either of its records. All pairs of a record or none, so that its candidates can be compared with each other.
    let fits = refined.pairs <= settings.most_pairs;
    let every = if fits { 1 } else { (2 * refined.pairs).div_ceil(settings.most_pairs.max(1)) };
    let kept = refined.keyed.pairs_of_every(every, refined.model.shared_keys(), settings.linkage);
    let share = if refined.pairs == 0 { 1.0 } else { number(kept.len()) / number(refined.pairs) };
    Sample {
        proposed: Pairs::of(profiles, kept, model),
        share,
        every,
        random: Pairs::of(profiles, random_pairs(profiles.len(), settings), model),
        household: Pairs::of(profiles, household_pairs(profiles, settings), model),
        neighbours: Pairs::of(profiles, neighbour_pairs(profiles, settings), model),
        all_pairs: all_pairs(profiles.len(), settings.linkage).max(1.0),
        most_matches: most_matches(profiles.len(), settings.linkage),
    }
}

pub(crate) fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

fn all_pairs(records: usize, linkage: Linkage) -> f64 {
    match linkage {
        Linkage::Within => number(records) * (number(records) - 1.0) / 2.0,
        Linkage::Across(second) => number(second) * number(records.saturating_sub(second)),
    }
}

/// Across two files, one and a half times the smaller; within one, six for each record (people of thirteen records each).
fn most_matches(records: usize, linkage: Linkage) -> f64 {
    match linkage {
        Linkage::Within => 6.0 * number(records),
        Linkage::Across(second) => 1.5 * number(second.min(records.saturating_sub(second))),
    }
    .max(1.0)
}

/// Numbers drawn by counting up a keyed hash: the same on every machine.
struct Draw {
    seed: u64,
    count: u64,
}

impl Draw {
    fn below(&mut self, limit: usize) -> u32 {
        u32::try_from(self.wide_below(limit as u64)).expect("below the number of records")
    }

    fn wide_below(&mut self, limit: u64) -> u64 {
        self.count += 1;
        let hash = hashing::numbers(self.seed, &[self.count]);
        let drawn = (u128::from(hash) * u128::from(limit)) >> 64;
        u64::try_from(drawn).expect("below 64 bits")
    }
}

fn random_pairs(records: usize, settings: &TrainingSettings) -> Vec<(u32, u32)> {
    let mut draw = Draw { seed: settings.seed, count: 0 };
    let mut pairs = Vec::with_capacity(settings.random_pairs);
    let (first, second) = match settings.linkage {
        Linkage::Within => (0..records, 0..records),
        Linkage::Across(start) => (0..start.min(records), start.min(records)..records),
    };
    if first.is_empty() || second.is_empty() || records < 2 {
        return pairs;
    }
    let start = u32::try_from(second.start).expect("fewer than 2^32 records");
    while pairs.len() < settings.random_pairs {
        let (one, other) = (draw.below(first.len()), start + draw.below(second.len()));
        if one != other {
            pairs.push((one.min(other), one.max(other)));
        }
    }
    pairs
}

/// Pairs within dwellings of up to twelve records, at most as many as random pairs.
fn household_pairs(profiles: &[Profile], settings: &TrainingSettings) -> Vec<(u32, u32)> {
    let mut homes: Vec<(u64, u32)> = Vec::new();
    for (place, profile) in (0_u32..).zip(profiles) {
        homes.extend(profile.dwellings.first().and_then(Dwelling::key).map(|key| (key, place)));
    }
    homes.sort_unstable();
    let mut pairs = Vec::new();
    for home in homes.chunk_by(|one, other| one.0 == other.0).filter(|home| home.len() <= 12) {
        for (place, (_, one)) in home.iter().enumerate() {
            let others = home[place + 1..].iter().filter(|(_, other)| settings.linkage.wants(*one, *other));
            pairs.extend(others.map(|(_, other)| (*one, *other)));
        }
        if pairs.len() >= settings.random_pairs {
            break;
        }
    }
    pairs
}

/// Pairs of one British postcode at random, as many as random pairs where there are so many. Such a postcode is a street or a part of one, so that within
/// it a street says hardly more; other countries' codes hold whole towns.
fn neighbour_pairs(profiles: &[Profile], settings: &TrainingSettings) -> Vec<(u32, u32)> {
    let postcode = |profile: &Profile| {
        let home = profile.dwellings.first().filter(|home| home.postcode_parts[0] > 0);
        home.map(|home| u64::from_be_bytes(home.postcode))
    };
    let mut homes: Vec<(u64, u32)> = (0_u32..).zip(profiles).filter_map(|(place, profile)| Some((postcode(profile)?, place))).collect();
    homes.par_sort_unstable();
    let groups: Vec<&[(u64, u32)]> = homes.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() > 1).collect();
    let mut total = 0;
    let ends: Vec<u64> = groups
        .iter()
        .map(|group| {
            let size = group.len() as u64;
            total += size * (size - 1) / 2;
            total
        })
        .collect();
    let mut draw = Draw { seed: settings.seed ^ 0x706f_7374, count: 0 };
    let mut pairs = Vec::new();
    for _ in 0..total.min(settings.random_pairs as u64) {
        let drawn = draw.wide_below(total);
        let group = groups[ends.partition_point(|end| *end <= drawn)];
        let (one, other) = (group[draw.below(group.len()) as usize].1, group[draw.below(group.len()) as usize].1);
        if one != other && settings.linkage.wants(one, other) {
            pairs.push((one.min(other), one.max(other)));
        }
    }
    pairs
}
