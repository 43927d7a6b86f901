//! How files of records are read and refused.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

use super::{column_map::ColumnMap, error::InputProblem, read::*, record_index::RecordIndex};
use crate::domain::PersonDetails;

const MAP: &str = "date_format = \"%Y-%m-%d\"\nid = \"key\"\n[columns]\nforename = \"given_name\"\nborn = \"date_of_birth\"\n";

/// A file of its own for one test.
pub(super) fn written(name: &str, content: &[u8]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("family-context-evaluate-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(name);
    std::fs::write(&file, content).unwrap();
    file
}

fn read(map: &str, files: &[PathBuf], cluster_column: Option<&str>) -> Result<(RecordIndex, Vec<PersonDetails>), InputProblem> {
    let map = ColumnMap::parse(Path::new("MAP.toml"), map)?;
    read_records(&Sources { files, map: &map, cluster_column, group_column: None }, PersonDetails::clone)
}

fn refused(map: &str, file: &PathBuf) -> String {
    let problem = read(map, std::slice::from_ref(file), None).err().unwrap().to_string();
    problem.replace(&file.display().to_string(), "FILE")
}

#[test]
fn rows_become_people_with_their_ids_and_clusters() {
    let file = written("plain.csv", "\u{feff}key,forename,born,truth,ignored\nr1,Noor,2015-03-04,c1,x\nr2,,,c1,\n".as_bytes());
    let (index, people) = read(MAP, &[file], Some("truth")).unwrap();
    assert_eq!((index.ids.get(0), index.ids.get(1)), ("r1", "r2"));
    assert_eq!(index.clusters.unwrap().of_records(), [0, 0]);
    assert_eq!(people[0].given_name.as_deref(), Some("Noor"));
    assert!(people[1] == PersonDetails::default());
}

#[test]
fn a_file_whose_birth_dates_are_all_written_otherwise_is_refused() {
    let file = written("other_dates.csv", b"key,forename,born\nr1,Noor,\nr2,Ana,04/03/2015\nr3,Ben,unknown\n");
    let message = refused(MAP, &file);
    assert!(
        message.starts_with("FILE, line 3, column `born`: no birth date of the file is written as MAP.toml says (\"%Y-%m-%d\")"),
        "{message}"
    );
    assert!(!message.contains("04/03/2015"), "a message states no cell");
    for right in ["r1,Noor,04/03/2015\nr2,Ana,2015-03-04", "r1,Noor,unknown\nr2,Ana,", "r1,Noor,1900-01-01", "r1,Noor,2015-13-4I"] {
        let file = written("right_dates.csv", format!("key,forename,born\n{right}\n").as_bytes());
        assert!(read(MAP, &[file], None).is_ok(), "{right}");
    }
}

#[test]
fn without_an_id_column_the_row_number_is_the_id() {
    let file = written("numbers.csv", b"forename\nAna\nBen\n");
    let (index, ..) = read("[columns]\nforename = \"given_name\"\n", &[file], None).unwrap();
    assert_eq!((index.ids.get(0), index.ids.get(1)), ("1", "2"));
}

#[test]
fn a_file_of_several_batches_is_read_in_order() {
    let mut content = "key,forename,born\n".to_owned();
    for row in 0..20_000 {
        writeln!(content, "r{row},Name{row},").unwrap();
    }
    let (index, people) = read(MAP, &[written("long.csv", content.as_bytes())], None).unwrap();
    assert_eq!((index.len(), people.len()), (20_000, 20_000));
    assert!((0..20_000).all(|row| people[row].given_name == Some(format!("Name{row}"))));
    assert_eq!(index.ids.get(8_192), "r8192");
}

#[test]
fn two_files_may_name_their_columns_differently() {
    let left = written("left.csv", b"key,forename,born\nr1,Ana,\n");
    let right = written("right.csv", b"key,first,born\nr1,Ana,\n");
    let map = format!("{MAP}first = \"given_name\"\n");
    let (index, people) = read(&map, &[left, right], None).unwrap();
    assert_eq!((index.second_start(), people.len()), (1, 2));
    assert!(people[0] == people[1]);
}

#[test]
fn a_missing_column_is_refused_with_the_columns_there_are() {
    let file = written("missing.csv", b"key,name,born\nr1,Ana,\n");
    assert_eq!(
        refused(MAP, &file),
        "FILE, line 1, column `forename`: has no such column, and MAP.toml maps it to given_name. What to do: correct the name; the file's \
         columns are: key, name, born."
    );
}

#[test]
fn a_column_in_neither_of_two_files_is_refused() {
    let file = written("neither.csv", b"key,forename\nr1,Ana\n");
    let problem = read(MAP, &[file.clone(), file], None).err().unwrap().to_string();
    assert!(problem.contains("column `born`: has no such column"), "{problem}");
}

#[test]
fn a_row_with_too_few_cells_is_refused_with_its_line() {
    let file = written("short.csv", b"key,forename,born\nr1,Ana,\nr2,Ben\n");
    assert!(refused(MAP, &file).starts_with("FILE, line 3: a row has 2 cells where the heading has 3."));
}

#[test]
fn text_in_another_encoding_is_refused_with_its_line_and_column() {
    let file = written("latin.csv", b"key,forename,born\nr1,Ana,\nr2,Zo\xeb,\n");
    assert_eq!(refused(MAP, &file), "FILE, line 3, column `forename`: a cell is not UTF-8. What to do: save the file as UTF-8.");
}

#[test]
fn an_id_that_is_missing_or_stands_twice_is_refused() {
    assert!(refused(MAP, &written("noid.csv", b"key,forename,born\n ,Ana,\n")).starts_with("FILE, line 2, column `key`: a row has no id."));
    let twice = refused(MAP, &written("twice.csv", b"key,forename,born\nr1,Ana,\nr2,Ben,\nr1,Cy,\n"));
    assert!(twice.starts_with("FILE, column `key`: rows 1 and 3 have the same id."), "{twice}");
}

#[test]
fn two_columns_for_one_field_are_refused() {
    let file = written("double.csv", b"key,forename,born,first\nr1,Ana,,\n");
    let problem = refused(&format!("{MAP}first = \"given_name\"\n"), &file);
    assert!(problem.starts_with("MAP.toml: columns `forename` and `first` are both mapped to given_name."), "{problem}");
}

#[test]
fn an_absent_an_empty_and_a_headed_but_empty_file_are_refused() {
    assert!(refused(MAP, &PathBuf::from("/nowhere/x.csv")).contains("cannot be read"));
    assert!(refused(MAP, &written("empty.csv", b"")).starts_with("FILE: is empty."));
    assert!(refused(MAP, &written("headed.csv", b"key,forename,born\n")).contains("holds no records"));
    assert!(refused(MAP, &std::env::temp_dir()).contains("is a folder"));
}

#[test]
fn no_message_states_a_cell() {
    let problem = refused(MAP, &written("secret.csv", b"key,forename,born\nsecret,Ana,\nsecret,Ben,\n"));
    assert!(!problem.contains("secret,"), "{problem}");
    assert!(!problem.replace("secret.csv", "").contains("`secret`"), "{problem}");
}

#[test]
fn of_several_things_wrong_the_one_of_the_earliest_line_is_told() {
    let many: String = (0..9_000).fold(String::new(), |mut text, row| {
        writeln!(text, "p{row},Ana,2015-03-04").unwrap();
        text
    });
    for (rows, first) in [
        ("r1,Zo\u{0},2015-03-04\nr2,Ben\n", "line 2, column `forename`: a cell is not UTF-8"),
        (",Ana,2015-03-04\nr2,Zo\u{0},2015-03-04\n", "line 2, column `key`: a row has no id"),
        (&format!("{many}r1,Zo\u{0},2015-03-04\nr2,Ben\n"), "line 9002, column `forename`: a cell is not UTF-8"),
        (&format!("{many}r2,Ben\n,Ana,2015-03-04\n"), "line 9002: a row has 2 cells where the heading has 3"),
    ] {
        let bytes: Vec<u8> = format!("key,forename,born\n{rows}").bytes().map(|byte| if byte == 0 { 0xeb } else { byte }).collect();
        let message = refused(MAP, &written("several_wrong.csv", &bytes));
        assert!(message.starts_with(&format!("FILE, {first}")), "{message}");
    }
}
