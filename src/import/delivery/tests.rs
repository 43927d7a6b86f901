//! Whole deliveries, from a map and bytes to what they hold.

use jiff::civil::date;

use super::*;
use crate::domain::{InvolvementStatus, Sex};

/// Everything that reading one file gave.
struct Delivery {
    result: Result<(), Refusal>,
    report: LoadReport,
    received: Vec<Received>,
}

const DAYS: Days = Days { today: date(2026, 11, 1), data_as_of: date(2026, 11, 1) };

const HEAD: &str =
    "feed = \"police\"\nservice = \"police\"\ndelivery = \"snapshot\"\ndate_formats = [\"%d/%m/%Y\"]\nrejected_rows_percent = 50\n";

fn read_as(head: &str, file: &str, content: impl Into<Vec<u8>>) -> Delivery {
    let map = FeedMap::parse(&format!("{head}[[file]]\nmatch = \"*.csv\"\n{file}"), "feed.toml").unwrap_or_else(|error| panic!("{error}"));
    let content: Vec<u8> = content.into();
    let files = vec![DeliveredFile { name: "people.csv".to_owned(), content: Box::new(std::io::Cursor::new(content)) }];
    let mut report = LoadReport::default();
    let mut received = Vec::new();
    let result = read_delivery(&map, files, DAYS, &mut report, &mut |item| {
        received.push(item);
        Ok(())
    });
    Delivery { result, report, received }
}

fn read(file: &str, content: &str) -> Delivery {
    read_as(HEAD, file, content)
}

impl Delivery {
    fn records(&self) -> Vec<&ReceivedRecord> {
        self.received.iter().filter_map(|item| if let Received::Record(record) = item { Some(&**record) } else { None }).collect()
    }

    fn involvements(&self) -> Vec<&ReceivedInvolvement> {
        self.received
            .iter()
            .filter_map(|item| if let Received::Involvement(involvement) = item { Some(&**involvement) } else { None })
            .collect()
    }

    fn relationships(&self) -> Vec<&ReceivedRelationship> {
        self.received.iter().filter_map(|item| if let Received::Relationship(tie) = item { Some(&**tie) } else { None }).collect()
    }

    fn named(&self) -> Vec<&NamedRelative> {
        self.received.iter().filter_map(|item| if let Received::Named(named) = item { Some(&**named) } else { None }).collect()
    }

    /// What was found: rule and field.
    fn found(&self) -> Vec<String> {
        let finding = |finding: &crate::import::Finding| {
            format!("{}:{} {}", finding.line, finding.field.as_deref().unwrap_or("-"), finding.rule.name())
        };
        self.report.examples().iter().map(finding).collect()
    }

    fn refusal(&self) -> &'static str {
        self.result.as_ref().map_or_else(Refusal::rule, |()| "none")
    }
}

const PERSON: &str = "rows = \"person\"\ndiscard = [\"Notes\"]\n[file.columns]\n\"Ref\" = \"source_id\"\n\"Given\" = \"given_name\"\n\"Born\" = \"date_of_birth\"\n";

#[test]
fn a_person_row_gives_a_record() {
    let delivery = read(PERSON, "Ref,Given,Born,Notes\n7, Noor ,04/03/2015,CANARY\n");
    let record = delivery.records()[0];
    assert_eq!(record.key, RecordKey::own("7".to_owned()));
    assert_eq!(record.details.given_name.as_deref(), Some("Noor"));
    assert_eq!(record.details.date_of_birth.unwrap().day(), date(2015, 3, 4));
    assert_eq!(record.origin, Origin { file: 0, line: 2 });
    assert!(delivery.found().is_empty() && delivery.involvements().is_empty());
}

#[test]
fn a_bad_cell_never_loses_the_row_and_is_reported_without_its_value() {
    let map = "rows = \"person\"\n[file.columns]\n\"Ref\" = \"source_id\"\n\"Born\" = \"date_of_birth\"\n\"PC\" = \"postcode\"\n\"NHS\" = \"nhs_number\"\n\
               \"UPN\" = \"upn\"\n\"Tel\" = \"phone\"\n\"Mail\" = \"email\"\n\"Sex\" = \"sex\"\n\"Died\" = \"date_of_death\"\n";
    let delivery = read(map, "Ref,Born,PC,NHS,UPN,Tel,Mail,Sex,Died\n7,31/02/2015,SK99,9434765918,B8,12,nobody,Q,01/01/2030\n");
    assert_eq!(delivery.result, Ok(()));
    let details = &delivery.records()[0].details;
    assert!(!details.nhs_number.as_ref().unwrap().is_valid() && !details.upn.as_ref().unwrap().is_valid());
    let mut found = delivery.found();
    found.sort();
    assert_eq!(
        found,
        [
            "2:date_of_birth date-invalid",
            "2:date_of_death date-in-future",
            "2:email email-invalid",
            "2:nhs_number nhs-number-invalid",
            "2:phone phone-invalid",
            "2:postcode postcode-invalid",
            "2:sex word-unknown",
            "2:upn upn-invalid",
        ]
    );
    let report = delivery.report.to_json().to_string();
    for value in ["31/02", "SK99", "9434765918", "nobody"] {
        assert!(!report.contains(value), "{value}");
    }
}

#[test]
fn placeholders_are_missing_and_counted() {
    let delivery = read(PERSON, "Ref,Given,Born\n1,Unknown,01/01/1900\n2,N/A,00/00/0000\n3,,\n");
    assert_eq!(delivery.report.by_rule()["placeholder"], 4);
    assert!(delivery.records().iter().all(|record| record.details.given_name.is_none() && record.details.date_of_birth.is_none()));
}

#[test]
fn a_child_not_yet_named_has_no_given_name_however_it_is_written() {
    let map = "rows = \"person\"\n[file.columns]\n\"Ref\" = \"source_id\"\n\"Name\" = \"full_name\"\n";
    let delivery = read(map, "Ref,Name\n1,\"TEAL, Baby\"\n2,Twin 1 Teal\n3,\"TEAL, Baby Girl\"\n4,Baby Teal\n");
    assert_eq!(delivery.report.by_rule()["unnamed"], 4);
    for record in delivery.records() {
        assert_eq!(record.details.given_name, None);
        assert_eq!(record.details.middle_names, None);
        assert_eq!(record.details.family_name.as_deref().map(str::to_lowercase).as_deref(), Some("teal"));
    }
}

#[test]
fn a_day_up_to_forty_two_weeks_ahead_is_an_expected_delivery_and_beyond_is_reported() {
    let delivery = read(PERSON, "Ref,Given,Born\n1,Baby,01/03/2027\n2,Noor,01/03/2029\n");
    assert_eq!(delivery.records()[0].details.expected_date_of_delivery, Some(date(2027, 3, 1)));
    assert_eq!(delivery.records()[1].details.date_of_birth, None);
    assert_eq!(delivery.report.by_rule()["date-in-future"], 1);
}

#[test]
fn parts_of_a_name_go_before_the_whole_name() {
    let map = "rows = \"person\"\n[file.columns]\n\"Ref\" = \"source_id\"\n\"Name\" = \"full_name\"\n\"Family\" = \"family_name\"\n";
    let delivery = read(map, "Ref,Name,Family\n1,\"OKAFOR, Mr Chidi Paul\",\n2,Chidi Paul Okafor,Okafor-Reed\n");
    let names: Vec<_> = delivery
        .records()
        .iter()
        .map(|record| (record.details.given_name.clone().unwrap(), record.details.family_name.clone().unwrap()))
        .collect();
    assert_eq!(names, [("Chidi".to_owned(), "OKAFOR".to_owned()), ("Chidi".to_owned(), "Okafor-Reed".to_owned())]);
}

#[test]
fn several_columns_to_one_field_are_taken_in_the_maps_order() {
    let map = "rows = \"person\"\n[file.columns]\n\"Ref\" = \"source_id\"\n\"No\" = \"address\"\n\"Road\" = \"address\"\n\"Alias 1\" = \"other_names\"\n\
               \"Alias 2\" = \"other_names\"\n\"Home\" = \"phone\"\n\"Mobile\" = \"phone\"\n";
    let content = "Mobile,Home,Alias 2,Alias 1,Road,No,Ref\n07700900123,01632 960123,B,A,\"High St\nAshby SK1 3XE\",14,1\n";
    let delivery = read(map, content);
    let details = &delivery.records()[0].details;
    assert_eq!(details.addresses[0].lines, ["14", "High St", "Ashby"]);
    assert_eq!(details.addresses[0].postcode.as_ref().unwrap().as_str(), "SK1 3XE");
    assert_eq!(details.other_names, ["A", "B"]);
    assert_eq!(details.phones.iter().map(crate::domain::Phone::as_str).collect::<Vec<_>>(), ["01632960123", "07700900123"]);
}

#[test]
fn a_cell_is_split_into_fields_and_the_last_takes_the_rest() {
    let map = "rows = \"person\"\nsplit = { \"Names\" = \" \", \"Aliases\" = \";\" }\n[file.columns]\n\"Ref\" = \"source_id\"\n\
               \"Names\" = [\"given_name\", \"middle_names\"]\n\"Aliases\" = \"other_names\"\n";
    let delivery = read(map, "Ref,Names,Aliases\n1,Mary  Ann Jo,Molly; Polly\n2,Mary,\n");
    let details = &delivery.records()[0].details;
    assert_eq!((details.given_name.as_deref(), details.middle_names.as_deref()), (Some("Mary"), Some("Ann Jo")));
    assert_eq!(details.other_names, ["Molly", "Polly"]);
    assert_eq!(delivery.records()[1].details.middle_names, None);
}

const WORKED: &str = "rows = \"person\"\n[file.columns]\n\"Ref\" = \"source_id\"\n\"Sex\" = \"sex\"\n\"State\" = \"involvement.status\"\n\
    \"Opened\" = \"involvement.started\"\n\"Closed\" = \"involvement.ended\"\n\"Officer\" = \"lead_professional.name\"\n\"Post\" = \"lead_professional.active\"\n\
    \"Tel\" = \"lead_professional.phone\"\n[file.constants]\n\"involvement.organisation\" = \"Marlowe police\"\n[file.values.status]\n\"Open\" = \"current\"\n\
    [file.values.sex]\n\"Lass\" = \"female\"\n";

#[test]
fn a_person_row_may_carry_an_involvement() {
    let content = "Ref,Sex,State,Opened,Closed,Officer,Post,Tel\n\
                   1,lass,OPEN,01/02/2026,,Jo Smith,Left,(01632) 960123 ext 4\n\
                   2,F,,,,,,\n\
                   3,M,Odd,,,Unallocated,,\n\
                   4,M,historic,01/02/2026,01/01/2026,Jo Smith (left),,\n";
    let delivery = read(WORKED, content);
    assert_eq!(delivery.records()[0].details.sex, Some(Sex::Female));
    let involvements = delivery.involvements();
    assert_eq!(involvements.iter().map(|row| row.source_id.as_str()).collect::<Vec<_>>(), ["1", "3", "4"]);
    let first = &involvements[0].involvement;
    assert_eq!(first.status, Some(InvolvementStatus::Current));
    assert_eq!(first.organisation.as_deref(), Some("Marlowe police"));
    assert_eq!(first.lead_professional.active, Some(false));
    assert_eq!(first.lead_professional.contact.phone.as_deref(), Some("01632 960123 ext 4"));
    assert_eq!(involvements[1].involvement.lead_professional.contact.name, None);
    assert_eq!(involvements[2].involvement.started, None);
    assert_eq!(involvements[2].involvement.lead_professional.contact.name.as_deref(), Some("Jo Smith"));
    assert_eq!(
        delivery.found(),
        ["4:involvement.status word-unknown", "4:lead_professional.name placeholder", "5:involvement.started dates-out-of-order"]
    );
}

#[test]
fn somebody_told_of_in_a_row_is_a_record_of_their_own_with_a_relationship() {
    let map = "rows = \"person\"\n[file.columns]\n\"Ref\" = \"source_id\"\n\"Mum\" = \"related.mother.full_name\"\n\"Mum tel\" = \"related.mother.phone\"\n\
               \"Carer id\" = \"related.carer.source_id\"\n";
    let delivery = read(map, "Ref,Mum,Mum tel,Carer id\n1,Ana Popa,01632960123,\n2,,01632960123,\n3,,,1\n4,,,4\n");
    let dependents: Vec<&ReceivedRecord> =
        delivery.records().into_iter().filter(|record| record.key.dependent == Some(RelationshipType::Mother)).collect();
    assert_eq!(dependents.len(), 1);
    assert_eq!(dependents[0].key.source_id, "1");
    assert_eq!(dependents[0].details.given_name.as_deref(), Some("Ana"));
    let ties = delivery.relationships();
    assert_eq!(ties[0].from, dependents[0].key);
    assert_eq!(ties[0].to, RecordKey::own("1".to_owned()));
    assert_eq!(ties.len(), 1);
    let named = delivery.named();
    assert_eq!((named[0].source_id.as_str(), named[0].key.source_id.as_str()), ("1", "3"));
    assert_eq!((named[0].key.dependent, named.len()), (Some(RelationshipType::Carer), 1));
    assert_eq!(delivery.found(), ["3:related.mother.full_name related-nameless", "5:related.carer.source_id relationship-to-self"]);
}

#[test]
fn what_a_row_says_of_somebody_named_by_an_id_is_kept_in_case_the_feed_does_not_hold_the_id() {
    let map = "rows = \"person\"\n[file.columns]\n\"Ref\" = \"source_id\"\n\"Mum id\" = \"related.mother.source_id\"\n\
               \"Mum\" = \"related.mother.full_name\"\n\"Hidden\" = \"related.mother.restricted\"\n";
    let delivery = read(map, "Ref,Mum id,Mum,Hidden\n1,9,Ana Popa,yes\n2,9,,refuge\n3,3,Ana Popa,\n");
    let named = delivery.named();
    let otherwise = named[0].otherwise.as_ref().unwrap();
    assert_eq!((otherwise.details.given_name.as_deref(), otherwise.restricted), (Some("Ana"), true));
    assert_eq!((named[1].otherwise.is_none(), named[1].restricted), (true, true));
    assert_eq!(named.len(), 2);
    let dependents: Vec<&ReceivedRecord> =
        delivery.records().into_iter().filter(|record| record.key.dependent == Some(RelationshipType::Mother)).collect();
    assert_eq!(dependents[0].key.source_id, "3", "an id that cannot be hers loses her name no more than no id does");
    assert_eq!(delivery.relationships().len(), 1);
    assert_eq!(delivery.found(), ["3:related.mother.restricted word-unknown", "4:related.mother.source_id relationship-to-self"]);
}

#[test]
fn a_relationship_row_says_what_from_is_to_to() {
    let map = "rows = \"relationship\"\n[file.columns]\n\"A\" = \"from_source_id\"\n\"Is\" = \"type\"\n\"B\" = \"to_source_id\"\n\"Since\" = \"started\"\n\
               [file.values.type]\n\"MUM\" = \"mother\"\n";
    let delivery = read(map, "A,Is,B,Since\n1,mum,2,01/02/2010\n1,neighbour,2,\n,mum,2,\n1,mum,1,\n1,Half sibling,3,\n");
    let ties = delivery.relationships();
    assert_eq!(ties.iter().map(|tie| tie.relationship.kind).collect::<Vec<_>>(), [RelationshipType::Mother, RelationshipType::HalfSibling]);
    assert_eq!(ties[0].relationship.started, Some(date(2010, 2, 1)));
    assert_eq!(delivery.report.rejected(), 1);
    assert_eq!(delivery.found(), ["3:type word-unknown", "4:- source-id-missing", "5:to_source_id relationship-to-self"]);
}

#[test]
fn whatever_is_no_clear_no_for_restricted_hides_the_person() {
    let map = "rows = \"person\"\n[file.columns]\n\"Ref\" = \"source_id\"\n\"Hidden\" = \"restricted\"\n";
    let note = format!("yes because {}", "é".repeat(600));
    let delivery = read(map, &format!("Ref,Hidden\n1,Refuge\n2,N\n3,\n4,yes\n5,not known\n6,N/A\n7,-\n8,{note}\n9,None\n"));
    let hidden: Vec<&str> =
        delivery.records().iter().filter(|record| record.restricted).map(|record| record.key.source_id.as_str()).collect();
    assert_eq!(hidden, ["1", "4", "5", "8"]);
    assert_eq!(
        delivery.found(),
        [
            "2:restricted word-unknown",
            "6:restricted word-unknown",
            "7:restricted placeholder",
            "8:restricted placeholder",
            "9:restricted word-unknown",
            "10:restricted placeholder",
        ]
    );
}

#[test]
fn a_note_of_any_length_restricts_somebody_told_of_in_a_row() {
    let map = "rows = \"person\"\n[file.columns]\n\"Ref\" = \"source_id\"\n\"Mum\" = \"related.mother.full_name\"\n\
               \"Mum hidden\" = \"related.mother.restricted\"\n";
    let delivery = read(map, &format!("Ref,Mum,Mum hidden\n1,Ana Popa,{}\n", "in a refuge ".repeat(60)));
    let restricted: Vec<bool> = delivery.records().iter().map(|record| record.restricted).collect();
    assert_eq!(restricted, [false, true]);
}

#[test]
fn only_a_row_without_an_id_or_with_the_wrong_number_of_cells_is_rejected() {
    let delivery = read(PERSON, "Ref,Given,Born\n1,Noor,\n ,Ben,\n3,Ada\n4,Eve,,\n5,Zoe,\n6,Kit,\n");
    assert_eq!(delivery.report.rejected(), 3);
    assert_eq!(delivery.report.rows(), 6);
    assert_eq!(delivery.records().len(), 3);
    assert_eq!(delivery.found(), ["3:- source-id-missing", "4:- cell-count-wrong", "5:- cell-count-wrong"]);
}

#[test]
fn more_rejected_rows_than_the_map_lets_pass_refuse_the_delivery() {
    let rows: String = (0..19).map(|row| format!("{row},Noor,\n")).collect();
    let head = HEAD.replace("rejected_rows_percent = 50\n", "");
    assert_eq!(read_as(&head, PERSON, format!("Ref,Given,Born\n{rows},Ben,\n")).refusal(), "none", "5% is let pass");
    assert_eq!(read_as(&head, PERSON, format!("Ref,Given,Born\n{rows},Ben,\n,Ada,\n")).refusal(), "too-many-rejected");
}

#[test]
fn an_unclosed_quote_rejects_the_rows_that_it_swallows() {
    let rows: String = (0..20).map(|row| format!("{row},Noor,\n")).collect();
    let delivery = read(PERSON, &format!("Ref,Given,Born\n1,\"Noor,\n{rows}"));
    assert_eq!(delivery.refusal(), "too-many-rejected");
    let endless = format!("Ref,Given,Born\n1,\"Noor,\n{}", "2,Ben,\n".repeat(200_000));
    assert_eq!(read(PERSON, &endless).refusal(), "row-too-long");
}

#[test]
fn a_cell_of_many_words_is_somebodys_notes_and_is_not_taken() {
    let delivery = read(PERSON, &format!("Ref,Given,Born\n1,{},\n2,{},\n", "é".repeat(501), "é".repeat(500)));
    assert_eq!(delivery.records()[0].details.given_name, None);
    assert!(delivery.records()[1].details.given_name.is_some());
    assert_eq!(delivery.found(), ["2:given_name cell-too-long"]);
}

#[test]
fn encodings_and_byte_order_marks_are_read_and_what_is_not_readable_refuses() {
    let head = format!("encoding = \"windows-1252\"\n{HEAD}");
    let western = read_as(&head, PERSON, b"Ref,Given,Born\n1,Ren\xe9e,\n".to_vec());
    assert_eq!(western.records()[0].details.given_name.as_deref(), Some("Renée"));
    let marked = read_as(HEAD, PERSON, "\u{feff}Ref,Given,Born\r\n1,Renée,\r\n".as_bytes().to_vec());
    assert_eq!(marked.records()[0].details.given_name.as_deref(), Some("Renée"));
    assert_eq!(read_as(HEAD, PERSON, b"Ref,Given,Born\n1,Ren\xe9e,\n".to_vec()).refusal(), "encoding-unreadable");
}

#[test]
fn files_and_columns_must_be_those_of_the_map() {
    assert_eq!(read(PERSON, "Ref,Given,Born,Offence\n").refusal(), "column-unknown");
    assert_eq!(read(PERSON, "Ref,Given\n").refusal(), "column-missing");
    assert_eq!(read(PERSON, "").refusal(), "file-empty");
    assert_eq!(read(PERSON, "Ref,Given,Born\n").refusal(), "none", "a file may hold no rows");
    let map =
        FeedMap::parse(&format!("{HEAD}[[file]]\nmatch = \"people*\"\n{PERSON}[[file]]\nmatch = \"ties*\"\n{PERSON}"), "f.toml").unwrap();
    let names = |names: &[&str]| assign(&map, &names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    assert_eq!(names(&["people.csv"]).unwrap_err().rule(), "file-missing");
    assert_eq!(names(&["people.csv", "ties.csv", "notes.txt"]).unwrap_err().rule(), "file-unexpected");
    assert_eq!(names(&["ties.csv", "people2.csv", "people1.csv"]).unwrap(), [(0, 2), (0, 1), (1, 0)]);
}

#[test]
fn memory_does_not_grow_with_the_file() {
    // Rows from a reader that makes them as it is read.
    struct Rows {
        left: usize,
        pending: Vec<u8>,
    }
    impl Read for Rows {
        fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
            if self.pending.is_empty() {
                if self.left == 0 {
                    return Ok(0);
                }
                self.left -= 1;
                self.pending = b"1,Noor,04/03/2015\n".repeat(100);
            }
            let count = self.pending.len().min(target.len());
            target[..count].copy_from_slice(&self.pending[..count]);
            self.pending.drain(..count);
            Ok(count)
        }
    }
    let map = FeedMap::parse(&format!("{HEAD}[[file]]\nmatch = \"*\"\n{PERSON}"), "feed.toml").unwrap();
    let content = Box::new(Rows { left: 200, pending: b"Ref,Given,Born\n".to_vec() });
    let (mut waiting, mut most) = (0_usize, 0_usize);
    let mut report = LoadReport::default();
    let files = vec![DeliveredFile { name: "people.csv".to_owned(), content }];
    read_delivery(&map, files, DAYS, &mut report, &mut |_| {
        waiting += 1;
        most = most.max(waiting);
        waiting = 0;
        Ok(())
    })
    .unwrap();
    assert_eq!((report.rows(), most), (20_000, 1), "each row is handed on before the next is read");
}

mod any_bytes {
    use proptest::prelude::*;

    use super::*;

    /// A map with a field of every kind.
    const EVERYTHING: &str = "rows = \"person\"\nsplit = { \"g\" = \" \" }\n[file.columns]\n\"a\" = \"source_id\"\n\"b\" = \"full_name\"\n\"c\" = \"date_of_birth\"\n\
        \"d\" = \"address\"\n\"e\" = \"postcode\"\n\"f\" = \"phone\"\n\"g\" = [\"given_name\", \"other_names\"]\n\"h\" = \"nhs_number\"\n\"i\" = \"restricted\"\n\
        \"j\" = \"lead_professional.name\"\n\"k\" = \"lead_professional.phone\"\n\"l\" = \"involvement.ended\"\n\"m\" = \"related.mother.full_name\"\n";
    const HEADER: &str = "a,b,c,d,e,f,g,h,i,j,k,l,m\n";

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

        #[test]
        fn no_bytes_are_too_odd_to_be_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut content = HEADER.as_bytes().to_vec();
            content.extend(&bytes);
            read_as(HEAD, EVERYTHING, content);
            read_as(&format!("encoding = \"windows-1252\"\n{HEAD}"), EVERYTHING, bytes);
        }

        #[test]
        fn no_cells_are_too_odd_to_be_read(cells in proptest::collection::vec("\\PC{0,20}", 13)) {
            let cells: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            let delivery = read(EVERYTHING, &format!("{HEADER}{}\n", cells.join(",")));
            let is_kept = delivery.records().first().is_some_and(|record| !record.key.source_id.is_empty());
            prop_assert!(is_kept || delivery.report.rejected() > 0);
        }

        #[test]
        fn no_map_is_too_odd_to_be_refused(map in "(feed|service|\\[\\[file\\]\\]|rows|=|\"[a-zé.]*\"|\n| |\\[|\\]|\\PC){0,40}") {
            if let Err(error) = FeedMap::parse(&map, "feed.toml") {
                prop_assert!(error.line.is_none_or(|line| line >= 1));
            }
        }
    }
}
