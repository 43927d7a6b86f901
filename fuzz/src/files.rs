//! What is read from files: feed maps, deliveries, column maps, models, configuration.

use std::{
    io::{Cursor, Read},
    path::Path,
};

use family_context::{
    config::Authority,
    disclosure::Policy,
    domain::{PersonDetails, Received},
    evaluate::{
        birth_date_cell::{BirthDateFormat, BirthDateReading},
        column_map::ColumnMap,
        field::Field,
        row::person_details,
    },
    import::{Days, DeliveredFile, FeedMap, LoadReport, Refusal, read_delivery},
    matching::{Model, Profile, explain, score},
};
use jiff::civil::{Date, date};

use super::{people, source::Source};

const TODAY: Date = date(2026, 11, 1);

/// Feed maps, as they stand or with lines changed, dropped and repeated.
pub fn feed_maps(bytes: &[u8]) {
    let text = changed_lines(MAP, bytes);
    match FeedMap::parse(&text, "feed.toml") {
        Ok(map) => {
            assert!(!map.files.is_empty() && !map.feed.is_empty() && !map.service.is_empty());
            for name in ["people.csv", "people-2026.csv", "", "*", "ties.csv"] {
                assert!(map.file_for(name).is_none_or(|part| part < map.files.len()));
            }
        }
        Err(error) => {
            assert!(!error.reason.is_empty());
            assert!(error.line.is_none_or(|line| (1..=text.split('\n').count()).contains(&line)), "the line named is one of the map's");
        }
    }
}

const MAP: &str = r#"feed = "police"
service = "police"
delivery = "snapshot"
absent = "ended"
encoding = "windows-1252"
delimiter = ","
quote = ""
date_formats = ["%d/%m/%Y", "%d/%m/%y"]
two_digit_years_before = 27
youngest_age = 10
rejected_rows_percent = 5.0
largest_drop_percent = 50
fresh_days = 8
[[file]]
match = "people*.csv"
rows = "person"
discard = ["Notes"]
[file.columns]
"Ref" = "source_id"
"Name" = "full_name"
"Both" = ["given_name", "family_name"]
"Born" = "date_of_birth"
"Mum" = "related.mother.full_name"
"Open" = "involvement.status"
[file.split]
"Both" = " "
[file.values.status]
"Open" = "current"
[file.constants]
"involvement.basis" = "consent"
[[file]]
match = "ties.csv"
rows = "relationship"
[file.columns]
"A" = "from_source_id"
"Is" = "type"
"B" = "to_source_id"
"#;

/// The bytes as they are where they start with `#`; else the lines of `base` with those changed that the bytes say.
fn changed_lines(base: &str, bytes: &[u8]) -> String {
    if bytes.first() == Some(&b'#') {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let mut source = Source::new(bytes);
    let mut lines: Vec<String> = base.lines().map(str::to_owned).collect();
    for _ in 0..source.below(5) {
        let (from, to) = (source.below(lines.len()), source.below(lines.len()));
        match source.byte() % 5 {
            0 => lines[from] = source.text(),
            1 if lines.len() > 1 => drop(lines.remove(from)),
            2 => lines.insert(to, lines[from].clone()),
            3 => lines.swap(from, to),
            _ => {
                let value = source.pick_or_text(&[
                    "0",
                    "-1",
                    "\"\"",
                    "1e400",
                    "nan",
                    "[]",
                    "{}",
                    "true",
                    "\"%Q\"",
                    "\"source_id\"",
                    "\"related.x.y\"",
                    "18446744073709551616",
                ]);
                let key = lines[from].split('=').next().unwrap_or_default().to_owned();
                lines[from] = format!("{key}= {value}");
            }
        }
    }
    lines.join("\n")
}

const DELIVERY_MAPS: [&str; 2] = [
    r#"feed = "f"
service = "s"
delivery = "delta"
rejected_rows_percent = 100.0
date_formats = ["%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y"]
two_digit_years_before = 27
youngest_age = 10
[[file]]
match = "*"
rows = "person"
[file.columns]
"id" = "source_id"
"name" = "full_name"
"aka" = "other_names"
"born" = "date_of_birth"
"due" = "expected_date_of_delivery"
"died" = "date_of_death"
"sex" = "sex"
"a1" = "address"
"pc" = "postcode"
"uprn" = "uprn"
"nhs" = "nhs_number"
"upn" = "upn"
"tel" = "phone"
"mail" = "email"
"hide" = "restricted"
"mum" = "related.mother.full_name"
"mumid" = "related.mother.source_id"
"status" = "involvement.status"
"from" = "involvement.started"
"to" = "involvement.ended"
"lead" = "lead_professional.name"
"leadtel" = "lead_professional.phone"
"#,
    r#"feed = "f"
service = "s"
delivery = "delta"
rejected_rows_percent = 100.0
date_formats = ["%d/%m/%Y"]
[[file]]
match = "*"
rows = "relationship"
[file.columns]
"a" = "from_source_id"
"is" = "type"
"b" = "to_source_id"
"from" = "started"
"to" = "ended"
"#,
];

const CELLS: &[&str] = &[
    "",
    "1",
    "2",
    "A-1",
    "Noor Malik",
    "MALIK, Noor",
    "Twin 1",
    "unknown",
    "01/02/2015",
    "31/02/2015",
    "2015-02-01",
    "01/02/15",
    "00/00/0000",
    "31/12/9999",
    "F",
    "9",
    "12 High Street, Ashby",
    "SK1 3XE",
    "98101",
    "943 476 5919",
    "9434765918",
    "01632 960123; 07700 900123",
    "a@b.org",
    "yes",
    "no",
    "perhaps",
    "current",
    "historic",
    "mother",
    "Step-parent",
    "\"",
    "\"x",
    "x\ny",
    "é",
];

struct Dribble(Cursor<Vec<u8>>);

impl Read for Dribble {
    fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
        let one = target.len().min(1);
        self.0.read(&mut target[..one])
    }
}

fn read_all(map: &FeedMap, content: Box<dyn Read + Send>) -> (Result<(), Refusal>, LoadReport, Vec<Received>) {
    let (mut report, mut received) = (LoadReport::default(), Vec::new());
    let files = vec![DeliveredFile { name: "people.csv".to_owned(), content }];
    let outcome = read_delivery(map, files, Days { today: TODAY, data_as_of: TODAY }, &mut report, &mut |item| {
        received.push(item);
        Ok(())
    });
    (outcome, report, received)
}

/// Deliveries: cells of every kind, or any bytes, in several encodings.
pub fn deliveries(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let encoding = source.pick(&["utf-8", "windows-1252", "utf-16le", "gbk", "iso-2022-jp"]);
    let relationships = source.rarely(4);
    let text = DELIVERY_MAPS[usize::from(relationships)].replacen("delivery", &format!("encoding = \"{encoding}\"\ndelivery"), 1);
    let Ok(map) = FeedMap::parse(&text, "f.toml") else { return };
    let content = if source.flag() { content_of_cells(&map, &mut source) } else { raw_content(&map, source) };
    let (outcome, report, received) = read_all(&map, Box::new(Cursor::new(content.clone())));
    let (outcome_again, report_again, received_again) = read_all(&map, Box::new(Dribble(Cursor::new(content))));
    assert_eq!(outcome.is_ok(), outcome_again.is_ok(), "it does not matter in what pieces the bytes come");
    if outcome.is_ok() {
        assert!(received == received_again && report == report_again);
        let records = received.iter().filter(|item| matches!(item, Received::Record(_))).count() as u64;
        assert_eq!(records, report.records, "the report counts what was read");
    }
    assert!(report.rejected() <= report.rows());
    for item in &received {
        if let Received::Record(record) = item {
            assert!(!record.key.source_id.trim().is_empty());
            check_details(&record.details);
        }
    }
}

fn check_details(details: &PersonDetails) {
    assert!(details.least_age.is_none() || (details.date_of_birth.is_none() && details.expected_date_of_delivery.is_none()));
    assert!(details.date_of_birth.is_none_or(|born| born.day() <= TODAY));
    assert!(details.expected_date_of_delivery.is_none() || details.date_of_birth.is_none() || details.date_of_birth.is_some());
    for text in [&details.given_name, &details.family_name, &details.middle_names].into_iter().flatten() {
        assert!(!text.is_empty() && !text.contains('\u{fffd}') || text.chars().count() <= 500);
    }
    let _ = Profile::new(details, Model::built_in());
}

fn header(map: &FeedMap) -> String {
    map.files[0].columns.iter().map(|column| column.column.as_str()).collect::<Vec<_>>().join(",")
}

fn content_of_cells(map: &FeedMap, source: &mut Source) -> Vec<u8> {
    let mut text = header(map);
    for _ in 0..source.below(4) {
        text.push('\n');
        let cells: Vec<String> = map.files[0].columns.iter().map(|_| source.pick_or_text(CELLS)).collect();
        text.push_str(&cells.join(","));
    }
    encoded(map, &text)
}

fn raw_content(map: &FeedMap, source: Source) -> Vec<u8> {
    let rest = source.remainder();
    if rest.first() == Some(&b'!') {
        return rest[1..].to_vec();
    }
    let mut content = encoded(map, &format!("{}\n", header(map)));
    content.extend(rest);
    content
}

fn encoded(map: &FeedMap, text: &str) -> Vec<u8> {
    if map.encoding == encoding_rs::UTF_16LE {
        return text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    }
    map.encoding.encode(text).0.into_owned()
}

/// What is written in an encoding is read out of it.
pub fn encodings(bytes: &[u8]) {
    let mut source = Source::new(bytes);
    let (name, mark): (&str, &[u8]) = *source.pick(&[
        &("utf-8", &[][..]),
        &("windows-1252", &[0xef, 0xbb, 0xbf][..]),
        &("windows-1252", &[][..]),
        &("utf-16le", &[0xff, 0xfe][..]),
        &("gbk", &[][..]),
    ]);
    let text = format!("encoding = \"{name}\"\n{}", DELIVERY_MAPS[0].replace("full_name", "family_name"));
    let map = FeedMap::parse(&text, "f.toml").expect("the map is right");
    let written = String::from_utf8_lossy(source.remainder());
    let name = family_context::domain::text::tidy(&written);
    let plain = name.chars().all(|character| character.is_alphanumeric() || character == ' ');
    if !plain || family_context::domain::text::is_placeholder(&name) || name.chars().count() > 400 {
        return;
    }
    let cells = ",".repeat(map.files[0].columns.len() - 2);
    let columns = &map.files[0].columns;
    assert!(columns.iter().any(|column| column.column == "id") && columns.iter().any(|column| column.column == "name"));
    let heading = format!(
        "id,name,{}",
        columns.iter().map(|column| column.column.as_str()).filter(|column| !["id", "name"].contains(column)).collect::<Vec<_>>().join(",")
    );
    let whole = format!("{heading}\n1,{name}{cells}\n");
    let mut content = mark.to_vec();
    if mark.len() == 3 {
        content.extend(whole.as_bytes());
    } else if map.encoding == encoding_rs::UTF_16LE {
        content.extend(encoded(&map, &whole));
    } else {
        let (encoded, _, unmappable) = map.encoding.encode(&whole);
        if unmappable {
            return;
        }
        content.extend(encoded.as_ref());
    }
    let (outcome, _, received) = read_all(&map, Box::new(Cursor::new(content)));
    assert!(outcome.is_ok(), "{outcome:?}");
    let Some(Received::Record(record)) = received.first() else { panic!("the row is a record") };
    assert!(record.details.family_name.as_deref() == Some(&*name), "the name is read as it was written");
}

/// Column maps of `evaluate`.
pub fn column_maps(bytes: &[u8]) {
    const BASE: &str = "date_format = [\"%Y-%m-%d\", \"%d/%m/%y\"]\ntwo_digit_years_before = 2027\nid = \"rec_id\"\ndelimiter = \";\"\n[columns]\n\"a\" = \"given_name\"\n\"b\" = \"identifier.passport\"\n\"c\" = \"other.school\"\n\"d\" = \"date_of_birth\"\n\"e\" = \"postcode\"\n";
    let text = changed_lines(BASE, bytes);
    match ColumnMap::parse(Path::new("map.toml"), &text) {
        Ok(map) => {
            assert!(!map.columns.is_empty());
            assert!(map.columns.values().all(|field| Field::parse(&field.to_string()).as_ref() == Ok(field)), "a field is read as itself");
            let dates = BirthDateFormat::new(&map.date_formats, map.two_digit_years_before);
            let mut source = Source::new(bytes);
            let cells: Vec<(Field, String)> = map.columns.values().map(|field| (field.clone(), source.pick_or_text(CELLS))).collect();
            let details = person_details(cells.iter().map(|(field, cell)| (field, cell.as_str())), &dates);
            let _ = Profile::new(&details, Model::built_in());
        }
        Err(problem) => assert!(!problem.to_string().is_empty()),
    }
}

/// Rows of `evaluate` with every field, and its birth date cells.
pub fn evaluate_rows(bytes: &[u8]) {
    const FIELDS: [&str; 24] = [
        "given_name",
        "middle_names",
        "family_name",
        "full_name",
        "other_names",
        "former_family_name",
        "date_of_birth",
        "age",
        "age_year",
        "sex",
        "address",
        "street_number",
        "street",
        "town",
        "region",
        "postcode",
        "uprn",
        "phone",
        "email",
        "nhs_number",
        "upn",
        "identifier.x",
        "other.y",
        "address",
    ];
    let mut source = Source::new(bytes);
    let format = source.pick(&["%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%m/%d/%Y", "%d/%m/%y", "%d %b %Y", "%F"]);
    let dates = BirthDateFormat::new(&[format.to_owned()], Some(2027));
    let fields = FIELDS.map(|name| Field::parse(name).expect("it is a field"));
    let cells: Vec<String> = FIELDS.iter().map(|_| source.pick_or_text(CELLS)).collect();
    let details = person_details(fields.iter().zip(cells.iter().map(String::as_str)), &dates);
    assert!(details.age.is_none_or(|age| age <= 125 + 2100));
    let model = Model::built_in();
    let profile = Profile::new(&details, model);
    assert!(score(&profile, &profile, model).weight_bits.is_finite());
    let born = String::from_utf8_lossy(source.remainder()).into_owned();
    match dates.read(&born) {
        BirthDateReading::Whole(day) => {
            let again = dates.read(&day.day().strftime(format).to_string());
            let in_range = (1000..=9999).contains(&day.day().year()) && (format != "%d/%m/%y" || (1927..2027).contains(&day.day().year()));
            assert!(!in_range || again == BirthDateReading::Whole(day), "a date is read as itself");
        }
        BirthDateReading::Partial(partial) => {
            assert_eq!(partial.len(), 10);
            assert!(partial.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'?'));
        }
        BirthDateReading::Missing => {}
    }
}

/// Model files: the built-in one with lines changed, or any bytes.
pub fn models(bytes: &[u8]) {
    let text = changed_lines(&Model::built_in().to_toml(), bytes);
    let Ok(model) = Model::from_toml(&text) else { return };
    let written = model.to_toml();
    let again = Model::from_toml(&written).expect("what a model writes is a model");
    assert_eq!(again.to_toml(), written);
    let (one, other) = people::two_people(&mut Source::new(&bytes[bytes.len() / 2..]));
    let (one, other) = (Profile::new(&one, &model), Profile::new(&other, &model));
    let weight = score(&one, &other, &model);
    assert!(weight.weight_bits.is_finite() && (0.0..=1.0).contains(&weight.probability(&model)));
    let sum = explain(&one, &other, &model).iter().fold(0.0, |sum, feature| sum + feature.weight_bits);
    assert_eq!(sum.to_bits(), weight.weight_bits.to_bits());
    let half = model.bits_at(0.5);
    assert!((model.probability(half) - 0.5).abs() < 1e-6);
}

/// An authority's file and its policy.
pub fn configuration(bytes: &[u8]) {
    const AUTHORITY: &str = include_str!("../../fixtures/second/authority.toml");
    const POLICY: &str = include_str!("../../fixtures/second/policy.toml");
    match Authority::parse(&changed_lines(AUTHORITY, bytes), Path::new("/etc/authority.toml")) {
        Ok(authority) => {
            assert!(!authority.services.is_empty() && !authority.purposes.is_empty() && authority.front_door.is_reachable());
            assert!(authority.services.iter().all(|service| authority.service(&service.code) == Some(service)));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    if let Ok(policy) = toml::from_str::<Policy>(&changed_lines(POLICY, bytes)) {
        let _ = policy.is_stale(TODAY);
    }
}
