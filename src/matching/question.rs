//! A question against the people it may be about, and the choice among them.

use std::cell::LazyCell;

use super::{
    Conflict, Feature, Model, Profile,
    compare::{self, Findings, Scope},
    conflict,
    field::{birth_date, family_name, given_name, identifier, middle_names, name_order, postcode, sex, table},
    score,
};

/// How well a question fits one person.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a reason of its own for or against a straight match")]
pub struct QuestionMatch {
    /// Bits of the best of the person's records.
    pub weight_bits: f64,
    /// Calibrated probability.
    pub probability: f64,
    /// What the weight is made of; see [`QuestionMatch::features`].
    findings: Findings,
    /// An identifier given contradicts the name and birth date given, or the person's own.
    pub identifier_contradicts: bool,
    /// A valid identifier given is the person's.
    pub identifier_agrees: bool,
    /// Every given name, every family name or the birth date given is none of the person's.
    pub describes_another: bool,
    /// The birth date given is another than the person's, or the question describes the person's twin, or a parent or child of the same name, or somebody
    /// born too early or too late to be the person.
    pub held_apart: bool,
    /// Of the given names one is often left out: it does not tell the person from a twin, for both may bear it.
    pub may_be_twin: bool,
    /// No identifier agrees, of the given names one is a mere initial, and a record bears the family name, or nearly, and the very birth date: either of two such may be meant,
    /// wherever they live.
    pub shares_initial: bool,
    /// The birth date given is not the very one of the person, or no record of the person has one; or no record has a given name; or both names are only
    /// nearly the person's, or one of them is and the person lives elsewhere: slips, or somebody like the person.
    pub is_unsure: bool,
    /// The given or the family name is not the person's, not even nearly; or the given name only nearly, and the sex is another (Harry, and Harriet).
    pub name_differs: bool,
    /// Of a person who might be taken, one record bears quite another given name, or quite another birth date, than is asked for: somebody who goes by two
    /// names, or a brother whose record came among the child's. Or one list has two rows of not quite one name, or only others tie a record without a birth
    /// date to the one that has one.
    pub records_disagree: bool,
    /// Kinds of evidence that speak for the person: name, birth date, identifier, place, telephone or email.
    pub kinds: u32,
}

impl QuestionMatch {
    /// The parts of the weight, for people: made only of those who are shown, not of everybody who was weighed.
    #[must_use]
    pub fn features(&self, model: &Model) -> Vec<Feature> {
        score::features(&self.findings, model)
    }
}

/// What to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Exactly this one.
    Match(usize),
    /// One of these, the best first.
    Possible(Vec<usize>),
    /// More than may be shown.
    TooMany,
    /// Nobody.
    None,
}

/// A record of a person, as a question is weighed against it.
#[derive(Debug, Clone, Copy)]
pub struct ListedRecord<'record> {
    /// What it says.
    pub profile: &'record Profile,
    /// The list whose own row it is; none where another's row tells of the person, or where nothing is known of lists.
    pub list: Option<&'record str>,
}

/// Weighs a question against all records of one person.
///
/// Names, birth date, sex and identifiers are weighed first. Only where they do not pass the upper threshold for sure, no identifier agrees and the person
/// is not `known_otherwise` (by a source's own number, say) do address, telephone and email join in: so nobody can find an address by guessing at
/// it. Beyond that they only tell whether one of nearly the name lives elsewhere, or is reached by the telephone number or email address given.
#[must_use]
pub fn match_question(question: &Profile, records: &[ListedRecord<'_>], known_otherwise: bool, model: &Model) -> QuestionMatch {
    let weighed =
        |scope| -> Vec<Findings> { records.iter().map(|record| compare::compare(question, record.profile, scope, model)).collect() };
    let who = weighed(Scope::WHO);
    let identifier_agrees = records.iter().any(|record| shares_valid_identifier(question, record.profile));
    let is_known = identifier_agrees || known_otherwise;
    let own: LazyCell<Vec<Findings>, _> = LazyCell::new(|| weighed(Scope::OWN));
    let (findings, weight_bits) = match best(&who, model) {
        Some((findings, bits)) if is_known || (bits >= model.join_bits() && !names_or_date_are_unsure(question, &findings)) => {
            (findings, bits)
        }
        other => best(&own, model).or(other).unwrap_or_default(),
    };
    // Of a person who goes by two given names, one record may look like the twin of a question that the other answers.
    let is_person_meant = || who.iter().any(bears_name_and_birth);
    let another_date = findings.level(table::DATE_OF_BIRTH).is_some_and(|level| level >= birth_date::NEAR);
    let held_apart = !identifier_agrees
        && (another_date
            || records.iter().any(|record| {
                let found = conflict::of_findings(question, record.profile, &findings, model);
                match found {
                    Some(Conflict::Twins) => !is_person_meant(),
                    // What a family or a list tells of a birth is asked only where the person's own date is not known.
                    Some(Conflict::BornApart) => findings.level(table::DATE_OF_BIRTH).is_none(),
                    found => found == Some(Conflict::Generations),
                }
            }));
    let sexes_differ = findings.level(table::SEX) == Some(sex::DIFFERENT);
    let describes_another = is_another_person(&who);
    // Where anybody lives, and whether their records disagree, is asked only of who might be taken: of all others the answer is the same.
    let might_be_taken = weight_bits >= model.join_bits() && !identifier_agrees;
    let is_elsewhere = might_be_taken && is_nearly_named(&findings) && lives_elsewhere(&own);
    let by_reach = is_elsewhere && own.iter().any(|found| speaks(found, &REACH, model));
    let identifier_contradicts = if identifier_agrees { describes_another } else { who.iter().any(shows_another_identifier) };
    QuestionMatch {
        weight_bits,
        probability: model.probability(weight_bits),
        findings,
        identifier_contradicts,
        identifier_agrees,
        describes_another,
        held_apart,
        may_be_twin: findings.level(table::GIVEN_NAME) == Some(given_name::WEAK_DIFFERS),
        shares_initial: !identifier_agrees && who.iter().any(bears_initial_and_birth),
        is_unsure: names_or_date_are_unsure(question, &findings) || is_elsewhere,
        name_differs: findings
            .level(table::GIVEN_NAME)
            .is_some_and(|level| level >= given_name::INITIAL_DIFFERS || (level > given_name::EXACT && sexes_differ))
            || findings.level(table::FAMILY_NAME).is_some_and(|level| level > family_name::WEAK_DIFFERS),
        records_disagree: might_be_taken
            && (has_another_name(records, &who, model)
                || has_another_date(&who)
                || are_loosely_tied(records, model)
                || is_listed_twice(records, model)),
        kinds: kinds(&findings, model) + u32::from(by_reach && !speaks(&findings, &REACH, model)),
    }
}

/// Chooses among people, each weighed by [`match_question`].
///
/// A match needs exactly one person above the upper threshold, the runner-up at least `lead_bits` below (half as much again without a birth date), at
/// least two kinds of evidence (three where names or birth date are unsure), neither name another, no records that disagree (on given name or birth date, as two rows of one list, or tied by others alone),
/// and no contradicting identifier. A valid identifier that agrees and that nothing contradicts passes from the lower threshold on, by itself.
#[must_use]
pub fn choose(matches: &[&QuestionMatch], most_candidates: usize, model: &Model) -> Choice {
    // Twins of one initial live in one home, which perhaps is known of one of them alone.
    let share_initial = matches.iter().filter(|found| found.shares_initial).count() > 1;
    let is_possible = |found: &QuestionMatch| found.weight_bits >= model.review_bits() || found.identifier_agrees;
    let is_any_possible = matches.iter().any(|found| is_possible(found));
    let is_offered = |found: &QuestionMatch| is_possible(found) || (is_any_possible && share_initial && found.shares_initial);
    let mut possible: Vec<usize> = (0..matches.len()).filter(|place| is_offered(matches[*place])).collect();
    possible.sort_by(|one, other| {
        let rank = |place: &usize| (passes(matches[*place], model), matches[*place].weight_bits);
        rank(other).partial_cmp(&rank(one)).unwrap_or(std::cmp::Ordering::Equal).then(one.cmp(other))
    });
    let Some(best) = possible.first().copied() else { return Choice::None };
    let contradicted = possible.iter().any(|place| matches[*place].identifier_contradicts);
    let runner_up = matches
        .iter()
        .enumerate()
        .filter(|(place, other)| *place != best && (!other.held_apart || other.may_be_twin))
        .map(|(_, other)| other.weight_bits)
        .fold(f64::MIN, f64::max);
    let leads = matches[best].weight_bits - runner_up >= needed_lead(matches[best], model);
    let alone = possible.iter().filter(|place| is_near_enough(matches[**place], model)).count() == 1;
    let is_one_of_two = share_initial && matches[best].shares_initial;
    if passes(matches[best], model) && alone && leads && !contradicted && !is_one_of_two {
        return Choice::Match(best);
    }
    if possible.len() > most_candidates { Choice::TooMany } else { Choice::Possible(possible) }
}

/// Without a birth date, brothers and cousins of one name are told apart by an address alone, which one of them may lack: the lead has to be greater.
fn needed_lead(best: &QuestionMatch, model: &Model) -> f64 {
    let is_dated = best.identifier_agrees || best.findings.level(table::DATE_OF_BIRTH).is_some();
    model.decision().lead_bits * if is_dated { 1.0 } else { UNDATED_LEAD }
}

/// Times the lead that is wanted where no birth date is compared. (A postcode that agrees is worth 10 bits, as is the lead of the built-in model.)
const UNDATED_LEAD: f64 = 1.5;

/// Whether nobody else may be taken beside this one: the person might be meant, however much in doubt.
fn is_near_enough(found: &QuestionMatch, model: &Model) -> bool {
    let threshold = if found.identifier_agrees { model.review_bits() } else { model.join_bits() };
    let is_enough = found.identifier_agrees || (found.kinds >= FEWEST_KINDS && !found.name_differs);
    is_enough && found.weight_bits >= threshold && !found.identifier_contradicts && !found.held_apart
}

/// Whether the person may be taken without a choice. A namesake's birth date differs in a digit as a slip does, and two children of one day may have names
/// that are alike: then where they live must speak for the person too. With another name, somebody has to look.
fn passes(found: &QuestionMatch, model: &Model) -> bool {
    let is_in_doubt = found.records_disagree || (found.is_unsure && found.kinds <= FEWEST_KINDS);
    is_near_enough(found, model) && (found.identifier_agrees || !is_in_doubt)
}

/// A birth date is given, and the person's is not known or agrees in part only; or a given name, and the person's is not known; or the names agree only
/// nearly, or in another arrangement: a brother may bear as given name what stands in the middle of the child's.
fn names_or_date_are_unsure(question: &Profile, findings: &Findings) -> bool {
    let is_sure = |level| level == birth_date::EXACT || level == birth_date::PARTIAL;
    let unnamed = question.names.given.is_some() && findings.level(table::GIVEN_NAME).is_none();
    let date = question.birth_date.is_some() && !findings.level(table::DATE_OF_BIRTH).is_some_and(is_sure);
    let names = findings.level(table::GIVEN_NAME).zip(findings.level(table::FAMILY_NAME));
    let rearranged = findings.level(table::NAME_ORDER).is_some_and(|level| level != name_order::AS_GIVEN);
    date || unnamed || rearranged || names.is_some_and(|(given, family)| given >= given_name::VARIANT && family >= family_name::CLOSE)
}

/// A record bears quite another given name than is asked for, and none of those that bear the one asked for knows the other as a further name.
fn has_another_name(records: &[ListedRecord<'_>], found: &[Findings], model: &Model) -> bool {
    let given = |found: &Findings| found.level(table::GIVEN_NAME);
    // Muhammad Yusuf is called Yusuf, and is not Mansoor.
    let bears_another = |record: &Profile, found: &Findings| match given(found) {
        Some(given_name::DIFFERENT) => true,
        Some(given_name::WEAK_DIFFERS) => record.names.is_called_by_another(),
        _ => false,
    };
    let bearing = |is: fn(u8) -> bool| {
        records.iter().zip(found).filter(move |(_, found)| given(found).is_some_and(is)).map(|(record, _)| record.profile)
    };
    let knows = |bearer: &Profile, other: &Profile| {
        given(&compare::compare(bearer, other, Scope::WHO, model)).is_some_and(|level| level <= given_name::CLOSE)
    };
    // What has a little in common with the name is mostly the name itself, badly written.
    let others = records.iter().zip(found).filter(|(record, found)| bears_another(record.profile, found));
    others
        .map(|(record, _)| record.profile)
        .any(|other| !bearing(|level| level < given_name::INITIAL_DIFFERS).any(|bearer| knows(bearer, other)))
}

/// A record bears the birth date that is asked for, as it stands or but for a slip, and another one that is no slip of it: *two digits* or less alike.
fn has_another_date(found: &[Findings]) -> bool {
    let dates = || found.iter().filter_map(|found| found.level(table::DATE_OF_BIRTH));
    dates().any(|level| level <= birth_date::DAY_DIFFERS) && dates().any(|level| level > birth_date::DAY_DIFFERS)
}

/// One record alone knows a birth date, and what any of the others says is too little to join it to that one: relatives told of where they live. Who lives
/// where a child's family does, and bears the child's name, may be its father.
fn are_loosely_tied(records: &[ListedRecord<'_>], model: &Model) -> bool {
    let mut dated = records.iter().filter(|record| record.profile.birth_date.is_some());
    let (Some(dated), None) = (dated.next(), dated.next()) else { return false };
    let mut undated = records.iter().filter(|record| record.profile.birth_date.is_none());
    undated.any(|other| score::score(dated.profile, other.profile, model).weight_bits < model.join_bits())
}

/// One list has two rows that bear no common identifier, and not quite one name: twins stand so in a list, as does a child whose name was once badly written.
fn is_listed_twice(records: &[ListedRecord<'_>], model: &Model) -> bool {
    records.iter().enumerate().any(|(place, one)| {
        let of_that_list = |other: &&ListedRecord<'_>| one.list.is_some() && one.list == other.list;
        records[place + 1..].iter().filter(of_that_list).any(|other| {
            let found = compare::compare(one.profile, other.profile, Scope::WHO, model);
            !conflict::shares_identifier(one.profile, other.profile, &found) && !are_called_alike(one.profile, other.profile, &found)
        })
    })
}

/// Given names that are the same, or one of them an initial of the other, in their places, with neither other middle names nor another sex beside them.
fn are_called_alike(one: &Profile, other: &Profile, found: &Findings) -> bool {
    let is_initial = || [one, other].iter().any(|profile| profile.names.given.is_some_and(|given| given.is_initial()));
    let given = found.level(table::GIVEN_NAME);
    let are_same = given == Some(given_name::EXACT) || (given == Some(given_name::INITIAL) && is_initial());
    let in_place = found.level(table::NAME_ORDER).is_none_or(|level| level == name_order::AS_GIVEN);
    let differs = found.level(table::MIDDLE_NAMES) == Some(middle_names::DIFFERENT) || found.level(table::SEX) == Some(sex::DIFFERENT);
    are_same && in_place && !differs
}

/// The given name is not the very one of the person, or the family name none of its spellings.
fn is_nearly_named(findings: &Findings) -> bool {
    findings.level(table::GIVEN_NAME).is_some_and(|level| level >= given_name::VARIANT)
        || findings.level(table::FAMILY_NAME).is_some_and(|level| level >= family_name::CLOSE)
}

/// A postcode is given, and those of the person are all of other sectors. `own` is how the question compares with each record, whereabouts included.
fn lives_elsewhere(own: &[Findings]) -> bool {
    own.iter().filter_map(|found| found.level(table::POSTCODE)).min().is_some_and(|nearest| nearest > postcode::SECTOR)
}

/// However rare a name is, somebody else may bear it: a name alone is no match.
const FEWEST_KINDS: u32 = 2;

/// A place, or a telephone number or email address, speaks from so many bits on: to live in one district of a town, or to share a family's telephone, tells
/// too little.
const LEAST_BITS_OF_WHEREABOUTS: f64 = 3.0;

const PLACE: [u8; 3] = [table::POSTCODE, table::STREET, table::DWELLING];
const REACH: [u8; 2] = [table::PHONE, table::EMAIL];

/// Kinds of evidence that speak for the person.
fn kinds(findings: &Findings, model: &Model) -> u32 {
    let kinds: [&[u8]; 5] = [
        &[table::GIVEN_NAME, table::FAMILY_NAME],
        &[table::DATE_OF_BIRTH],
        &[table::NHS_NUMBER, table::UPN, table::IDENTIFIER],
        &PLACE,
        &REACH,
    ];
    u32::try_from(kinds.iter().filter(|tables| speaks(findings, tables, model)).count()).unwrap_or_default()
}

/// Whether a kind of evidence speaks for the person.
fn speaks(findings: &Findings, tables: &[u8], model: &Model) -> bool {
    let bits: f64 = findings.as_slice().iter().filter(|finding| tables.contains(&finding.table)).map(|finding| model.bits(finding)).sum();
    let is_whereabouts = tables == PLACE || tables == REACH;
    if is_whereabouts { bits >= LEAST_BITS_OF_WHEREABOUTS } else { bits > 0.0 }
}

/// The record that fits best, with what it does not know filled in from the person's other records: a record without a birth date must not hide that
/// the person's birth date is another. `found` is how the question compares with each record.
fn best(found: &[Findings], model: &Model) -> Option<(Findings, f64)> {
    let bits = |findings: &Findings| score::weigh(findings, model).weight_bits;
    let base = found.iter().copied().reduce(|known, next| if bits(&next) > bits(&known) { next } else { known })?;
    let mut whole = base;
    for number in FILLED_IN {
        if base.level(number).is_none() {
            let of_others = found.iter().flat_map(Findings::as_slice).filter(|finding| finding.table == number);
            let best = of_others.copied().reduce(|known, next| if model.bits(&next) > model.bits(&known) { next } else { known });
            if let Some(finding) = best {
                whole.add(finding.table, finding.context, finding.level, finding.frequency_bits);
            }
        }
    }
    let weight_bits = bits(&whole);
    Some((whole, weight_bits))
}

/// What another record of the person may tell. The given name too: a record of "Twin 1" must not hide that the person has another name. Family names
/// and addresses are not: they count together with what they were found beside.
const FILLED_IN: [u8; 5] = [table::GIVEN_NAME, table::DATE_OF_BIRTH, table::SEX, table::NHS_NUMBER, table::UPN];

/// The given name as an initial, the family name and the birth date of the question are the record's.
fn bears_initial_and_birth(found: &Findings) -> bool {
    found.level(table::GIVEN_NAME) == Some(given_name::INITIAL)
        && found.level(table::FAMILY_NAME).is_some_and(|level| level <= family_name::CLOSE)
        && found.level(table::DATE_OF_BIRTH) == Some(birth_date::EXACT)
}

/// Given name and birth date of the question are the record's, as they stand.
fn bears_name_and_birth(found: &Findings) -> bool {
    found.level(table::GIVEN_NAME).is_some_and(|level| level <= given_name::CLOSE)
        && found.level(table::DATE_OF_BIRTH) == Some(birth_date::EXACT)
}

fn shows_another_identifier(found: &Findings) -> bool {
    [table::NHS_NUMBER, table::UPN].iter().any(|table| found.level(*table) == Some(identifier::DIFFERENT))
}

fn shares_valid_identifier(question: &Profile, record: &Profile) -> bool {
    question
        .identifiers
        .iter()
        .any(|one| one.valid && record.identifiers.iter().any(|other| other.name == one.name && other.hash == one.hash))
}

/// A given name, family name or birth date that is given is that of none of the person's records.
fn is_another_person(found: &[Findings]) -> bool {
    let never = |table: u8, agrees: fn(u8) -> bool| {
        let mut levels = found.iter().filter_map(|findings| findings.level(table)).peekable();
        levels.peek().is_some() && !levels.any(agrees)
    };
    let given = never(table::GIVEN_NAME, |level| level < given_name::INITIAL_DIFFERS);
    let family = never(table::FAMILY_NAME, |level| level < family_name::REMOTE);
    let date = never(table::DATE_OF_BIRTH, |level| level <= birth_date::TWO_DIGITS);
    date || given || family
}
