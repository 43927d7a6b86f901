//! Parents told of in children's rows: who is one person, and who are two.

#![allow(clippy::unwrap_used, reason = "a test either works or fails")]

use crate::import_support::Feed;

const MAP: &str = r#"feed = "school"
service = "school"
delivery = "snapshot"
date_formats = ["%Y-%m-%d"]
[[file]]
match = "*"
rows = "person"
[file.columns]
"Ref" = "source_id"
"Given" = "given_name"
"Born" = "date_of_birth"
"Street" = "address"
"Mum" = "related.mother.full_name"
"Mum phone" = "related.mother.phone"
"Dad" = "related.father.full_name"
"Dad phone" = "related.father.phone"
"#;

/// How many people are made of the parents of children of one home, each child with mother, her telephone, father and his.
async fn parents_of(children: &[[&str; 4]]) -> i64 {
    let feed = Feed::new().await;
    feed.map(MAP);
    let row = |(number, [mother, her_phone, father, his_phone]): (usize, &[&str; 4])| {
        format!("{number},Child {number},201{number}-03-09,\"12 High Street, Ashby MB1 3XE\",{mother},{her_phone},{father},{his_phone}\n")
    };
    let rows: String = children.iter().enumerate().map(row).collect();
    let heading = "Ref,Given,Born,Street,Mum,Mum phone,Dad,Dad phone\n";
    let said = feed.import("2026-10-01", &[("a.csv", &format!("{heading}{rows}"))]);
    assert_eq!(said.code, 0, "{}", said.error);
    let sql = "SELECT count(DISTINCT person_id) FROM membership JOIN record ON record.id = record_id WHERE dependent <> ''";
    feed.value(sql).await.as_i64().unwrap()
}

#[tokio::test]
async fn a_mother_and_a_father_of_one_row_are_two_people_however_alike_their_names() {
    assert_eq!(parents_of(&[["Sukhdeep Johal", "", "Sukhdev Johal", ""]]).await, 2);
    assert_eq!(parents_of(&[["Baljit Kaur Johal", "", "Baljit Johal", ""]]).await, 2);
}

#[tokio::test]
async fn a_mother_who_goes_by_two_names_is_one_where_her_children_have_one_father_and_she_one_telephone() {
    let father = "Torquil Garrowby";
    let mothers = |phone: &'static str| [["Susan Garrowby", "01632 960123", father, ""], ["Danielle Garrowby", phone, father, ""]];
    assert_eq!(parents_of(&mothers("01632 960123")).await, 2, "one mother and one father");
    assert_eq!(parents_of(&mothers("")).await, 3, "a father's second wife may have his name");
    let two_families = [["Susan Garrowby", "01632 960123", father, ""], ["Danielle Garrowby", "01632 960123", "Piers Garrowby", ""]];
    assert_eq!(parents_of(&two_families).await, 4, "two brothers and their wives may share a line at home");
}

#[tokio::test]
async fn a_father_who_goes_by_two_names_is_one_where_his_children_have_one_mother() {
    let fathers = |one: &'static str, other: &'static str| [["Susan Teal", "", one, ""], ["Susan Teal", "", other, ""]];
    assert_eq!(parents_of(&fathers("Torquil Garrowby", "Piers Garrowby")).await, 2);
    assert_eq!(parents_of(&fathers("Torquil Garrowby", "Piers Nancarrow")).await, 3, "her second husband has another name");
    assert_eq!(parents_of(&fathers("Imran Khan", "Yusuf Khan")).await, 3, "or one that very many have");
    let reached = [["Susan Teal", "", "Torquil Garrowby", "07700 900123"], ["Susan Teal", "", "Piers Garrowby", "07700 900456"]];
    assert_eq!(parents_of(&reached).await, 3, "two telephones are two men's");
}

#[tokio::test]
async fn one_name_in_the_columns_of_both_parents_is_one_parent_typed_twice_where_the_same_is_said_of_both() {
    assert_eq!(parents_of(&[["Susan Teal", "01632 960123", "Susan Teal", "01632 960123"]]).await, 1);
    assert_eq!(parents_of(&[["Oluwatobi Odukoya", "01632 960123", "Oluwatobi Odukoya", ""]]).await, 2);
}
