use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::PathBuf,
    sync::OnceLock,
};

use super::*;

/// A population made once for all tests of this file.
struct Made {
    folder: PathBuf,
}

impl Made {
    fn small() -> &'static Self {
        static MADE: OnceLock<Made> = OnceLock::new();
        MADE.get_or_init(|| Self::new("small", 4000, 11))
    }

    fn large() -> &'static Self {
        static MADE: OnceLock<Made> = OnceLock::new();
        MADE.get_or_init(|| Self::new("large", 20_000, 9))
    }

    fn new(name: &str, people: u32, seed: u64) -> Self {
        let folder = std::env::temp_dir().join(format!("family-context-generate-{}-{name}", std::process::id()));
        generate(people, seed, &folder).unwrap();
        Self { folder }
    }

    fn truth(&self, name: &str) -> Vec<HashMap<String, String>> {
        rows(&self.folder.join("truth").join(name), b',', false)
    }

    fn feed(&self, map: &FeedMap, file: &str) -> Vec<HashMap<String, String>> {
        rows(&self.folder.join("feeds").join(&map.feed).join(file), map.delimiter, map.is_windows_1252)
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn rows(path: &Path, delimiter: u8, is_windows_1252: bool) -> Vec<HashMap<String, String>> {
    let bytes = std::fs::read(path).unwrap();
    let text = if is_windows_1252 { encoding_rs::WINDOWS_1252.decode(&bytes).0 } else { encoding_rs::UTF_8.decode(&bytes).0 };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn maps() -> Vec<FeedMap> {
    FEEDS.iter().map(|(_, map)| FeedMap::read(map)).collect()
}

fn heading_of(map: &FeedMap, file: usize, field: &str) -> Option<String> {
    map.files[file]
        .columns
        .iter()
        .find(|column| matches!(&column.content, feed_map::Content::Field(name, _) if name == field))
        .map(|column| column.heading.clone())
}

fn every_file(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                all.insert(path.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    all
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_does_not() {
    let (one, other, third) = (Made::new("one", 600, 5), Made::new("other", 600, 5), Made::new("third", 600, 6));
    assert!(every_file(&one.folder) == every_file(&other.folder));
    assert!(every_file(&one.folder) != every_file(&third.folder));
}

#[test]
fn exactly_as_many_people_are_made_as_were_asked_for() {
    for people in [1, 2, 37, 500] {
        let made = Made::new(&format!("count-{people}"), people, 3);
        assert_eq!(made.truth("people.csv").len(), people as usize);
    }
    assert!(matches!(generate(0, 1, Path::new("/nowhere")), Err(GenerateError::NoPeople)));
}

#[test]
fn every_record_of_the_truth_stands_in_its_extract_and_every_person_row_in_the_truth() {
    let made = Made::small();
    let mut stated: HashSet<(String, String)> = HashSet::new();
    for map in maps() {
        for (place, file) in map.files.iter().enumerate().filter(|(_, file)| file.rows == feed_map::Rows::Person) {
            let heading = heading_of(&map, place, "source_id").unwrap();
            stated.extend(made.feed(&map, &file.name).into_iter().map(|row| (map.feed.clone(), row[&heading].clone())));
        }
    }
    let told: HashSet<(String, String)> =
        made.truth("records.csv").into_iter().map(|row| (row["feed"].clone(), row["source_id"].clone())).collect();
    assert_eq!(stated, told);
}

#[test]
fn relationship_and_involvement_rows_point_at_person_rows() {
    let made = Made::small();
    for map in maps() {
        let mut known = HashSet::new();
        for (place, file) in map.files.iter().enumerate() {
            let fields: &[&str] = match file.rows {
                feed_map::Rows::Relationship => &["from_source_id", "to_source_id"],
                _ => &["source_id"],
            };
            for row in made.feed(&map, &file.name) {
                for field in fields {
                    let id = row[&heading_of(&map, place, field).unwrap()].clone();
                    assert!(file.rows == feed_map::Rows::Person || known.contains(&id), "{} {id}", file.name);
                    known.insert(id);
                }
            }
        }
    }
}

#[test]
fn telephone_numbers_are_from_the_drama_ranges_and_emails_at_example_org() {
    let made = Made::small();
    for map in maps() {
        for file in &map.files {
            for row in made.feed(&map, &file.name) {
                for column in &file.columns {
                    let (feed_map::Content::Field(field, _) | feed_map::Content::Related(_, field)) = &column.content else { continue };
                    let cell = &row[&column.heading];
                    if field.ends_with("phone") && !cell.is_empty() {
                        assert!(phones::is_drama_number(cell), "{cell}");
                    }
                    if field.ends_with("email") && !cell.is_empty() {
                        assert!(cell.ends_with("@example.org") && cell.is_ascii(), "{cell}");
                    }
                }
            }
        }
    }
}

#[test]
fn identifiers_are_unique_and_twins_share_their_birth_date_but_no_name() {
    let people = Made::small().truth("people.csv");
    for field in ["nhs_number", "upn"] {
        let all: Vec<&String> = people.iter().map(|person| &person[field]).filter(|number| !number.is_empty()).collect();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len(), "{field}");
    }
    let by_id: HashMap<&String, &HashMap<String, String>> = people.iter().map(|person| (&person["person_id"], person)).collect();
    let relationships = Made::small().truth("relationships.csv");
    let mut twins = 0;
    for tie in relationships.iter().filter(|tie| tie["type"] == "sibling") {
        let (one, other) = (by_id[&tie["person_id"]], by_id[&tie["relative_person_id"]]);
        if one["date_of_birth"] == other["date_of_birth"] {
            twins += 1;
            assert_ne!((&one["given_name"], &one["middle_names"]), (&other["given_name"], &other["middle_names"]));
        } else {
            let day = |person: &HashMap<String, String>| person["date_of_birth"].parse::<jiff::civil::Date>().unwrap();
            assert!((day(one) - day(other)).get_days().abs() >= 250, "{} {}", one["person_id"], other["person_id"]);
        }
    }
    assert!(twins > 0);
}

#[test]
fn families_of_every_kind_are_there_and_each_tie_is_one_of_the_designs() {
    let relationships = Made::small().truth("relationships.csv");
    let mut kinds: HashMap<&str, usize> = HashMap::new();
    for tie in &relationships {
        *kinds.entry(&tie["type"]).or_default() += 1;
        assert_ne!(tie["person_id"], tie["relative_person_id"]);
    }
    for kind in [
        "mother",
        "father",
        "step_parent",
        "foster_carer",
        "sibling",
        "half_sibling",
        "step_sibling",
        "grandparent",
        "parents_partner",
        "household_member",
        "other_relative",
    ] {
        assert!(kinds.contains_key(kind), "{kind} {kinds:?}");
    }
    let unknown = relationships.iter().filter(|tie| tie["evidence"] == "none").count();
    assert!(unknown * 2 < relationships.len() && unknown > 0);
}

#[test]
fn shares_are_about_those_documented() {
    let made = Made::large();
    let people = made.truth("people.csv");
    let share = |test: &dyn Fn(&HashMap<String, String>) -> bool| {
        let count = people.iter().filter(|person| test(person)).count();
        f64::from(u32::try_from(count).unwrap()) / f64::from(u32::try_from(people.len()).unwrap())
    };
    let children = share(&|person| person["date_of_birth"].as_str() > "2008-11-01");
    assert!((0.30..0.48).contains(&children), "{children}");
    for (group, expected, word, _) in names::GROUPS {
        let found = share(&|person| person["naming_group"] == *word);
        assert!((found - expected).abs() < 0.2 * expected + 0.012, "{group:?} {found}");
    }
    assert!((0.85..0.95).contains(&share(&|person| !person["nhs_number"].is_empty())));
    let records = made.truth("records.csv").iter().filter(|record| record["related"].is_empty()).count();
    assert!((0.9..1.6).contains(&(f64::from(u32::try_from(records).unwrap()) / 20_000.0)), "{records}");
}

#[test]
fn a_fifth_of_the_questions_are_about_nobody_and_the_others_about_known_children() {
    let made = Made::small();
    let people = made.truth("people.csv");
    let present: HashSet<(String, String, String)> = people
        .iter()
        .map(|person| (person["given_name"].to_lowercase(), person["family_name"].to_lowercase(), person["date_of_birth"].clone()))
        .collect();
    let by_id: HashMap<&String, &HashMap<String, String>> = people.iter().map(|person| (&person["person_id"], person)).collect();
    let known: HashSet<String> = made
        .truth("records.csv")
        .into_iter()
        .filter(|record| record["related"].is_empty())
        .map(|record| record["person_id"].clone())
        .collect();
    let questions = made.truth("lookups.csv");
    assert_eq!(questions.len(), 1000);
    assert_eq!(questions.iter().filter(|question| question["kind"] == "absent").count(), 200);
    for question in &questions {
        let has_name = !question["given_name"].is_empty() || !question["family_name"].is_empty();
        let enough = !question["nhs_number"].is_empty()
            || !question["upn"].is_empty()
            || has_name && (!question["date_of_birth"].is_empty() || !question["postcode"].is_empty());
        assert!(enough, "{}", question["question_id"]);
        if question["kind"] == "absent" {
            let who = (question["given_name"].to_lowercase(), question["family_name"].to_lowercase(), question["date_of_birth"].clone());
            assert!(question["person_id"].is_empty() && !present.contains(&who));
        } else {
            let person = by_id[&question["person_id"]];
            assert!(known.contains(&question["person_id"]) && person["restricted"] == "no");
            assert!(person["date_of_birth"].as_str() > "2008-11-01");
        }
    }
}

#[test]
fn shielded_people_are_flagged_in_the_feeds_that_know_it() {
    let made = Made::large();
    let shielded = made.truth("people.csv").iter().filter(|person| person["restricted"] == "yes").count();
    assert!(shielded > 20, "{shielded}");
    let map = FeedMap::read(include_str!("data/feeds/childrens_social_care.toml"));
    assert!(made.feed(&map, "persons.csv").iter().any(|row| row["Restricted"] == "Y"));
}

#[test]
fn discarded_columns_hold_case_detail_and_no_other_column_does() {
    let made = Made::small();
    for map in maps() {
        for file in &map.files {
            for row in made.feed(&map, &file.name) {
                for column in &file.columns {
                    let is_detail = row[&column.heading].contains("CASE-DETAIL");
                    assert!(!is_detail || column.content == feed_map::Content::Discarded, "{}", column.heading);
                }
            }
        }
    }
}

#[test]
fn the_extracts_are_in_their_encodings() {
    let made = Made::small();
    let read = |path: &str| std::fs::read(made.folder.join("feeds").join(path)).unwrap();
    assert!(read("childrens_social_care/persons.csv").starts_with("\u{feff}".as_bytes()));
    assert!(read("police/people.csv").windows(2).any(|pair| pair == b"\r\n"));
    assert!(!String::from_utf8(read("early_help/people.csv")).unwrap().is_ascii());
    assert!(String::from_utf8(read("housing/tenants.csv")).unwrap().lines().any(|line| line.matches('"').count() % 2 == 1));
}

#[test]
fn the_documented_error_rates_are_those_in_use() {
    let document = include_str!("../../docs/synthetic-data.md");
    for (feed, profile) in profile::all() {
        let percent = |share: f64| {
            let rounded = (share * 1000.0).round() / 10.0;
            format!("{rounded}")
        };
        let row = |shares: &[f64]| format!("| {feed} | {} |", shares.iter().map(|share| percent(*share)).collect::<Vec<_>>().join(" | "));
        for expected in [
            row(&[
                profile.diminutive,
                profile.variant,
                profile.typing,
                profile.swapped,
                profile.former_name,
                profile.family_part,
                profile.middle_missing,
                profile.middle_first,
                profile.placeholder_name,
            ]),
            row(&[
                profile.birth_missing_child,
                profile.birth_missing_adult,
                profile.birth_wrong,
                profile.birth_swapped,
                profile.birth_placeholder,
                profile.sex_missing,
                profile.sex_wrong,
            ]),
            row(&[
                profile.address_missing,
                profile.address_stale,
                profile.address_typing,
                profile.postcode_missing,
                profile.flat_missing,
                profile.address_school,
            ]),
            row(&[
                profile.nhs_present,
                profile.nhs_invalid,
                profile.upn_present,
                profile.upn_invalid,
                profile.phone_present,
                profile.phone_other,
                profile.email_present,
                profile.duplicate,
            ]),
        ] {
            assert!(document.contains(&expected), "{expected}");
        }
    }
}

#[test]
fn the_committed_population_is_what_the_generator_makes() {
    let made = Made::new("committed", 2000, 20_261_101);
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo");
    for (path, bytes) in every_file(&made.folder) {
        assert!(std::fs::read(committed.join(&path)).is_ok_and(|there| there == bytes), "generate fixtures/demo again: {}", path.display());
    }
}

#[test]
fn parents_and_partners_are_grown_up() {
    let made = Made::small();
    let people = made.truth("people.csv");
    let born: HashMap<&String, &String> = people.iter().map(|person| (&person["person_id"], &person["date_of_birth"])).collect();
    for tie in made.truth("relationships.csv") {
        if ["mother", "father", "step_parent", "parents_partner", "foster_carer", "grandparent"].contains(&tie["type"].as_str()) {
            assert!(born[&tie["relative_person_id"]].as_str() <= "2008-11-01", "{tie:?}");
        }
    }
}
