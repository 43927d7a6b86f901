//! Addresses of another country: their postal codes are no British postcodes, and still the address makes a dwelling.

#![allow(clippy::unwrap_used, reason = "a test either works or fails")]

use family_context::{
    domain::{Address, Received},
    import::{Days, DeliveredFile, FeedMap, LoadReport, read_delivery},
    matching::dwelling_keys,
};
use jiff::civil::date;

const MAP: &str = r#"feed = "f"
service = "s"
delivery = "delta"
[[file]]
match = "*"
rows = "person"
[file.columns]
"id" = "source_id"
"unit" = "address"
"number" = "address"
"street" = "address"
"city" = "address"
"zip" = "postcode"
"#;

/// The address of each row of unit, number, street, city and postal code.
fn addresses(rows: &[&str]) -> Vec<Address> {
    let map = FeedMap::parse(MAP, "f.toml").unwrap();
    let numbered = rows.iter().enumerate().map(|(number, row)| format!("{number},{row}\n"));
    let content = format!("id,unit,number,street,city,zip\n{}", numbered.collect::<String>()).into_bytes();
    let files = vec![DeliveredFile { name: "people.csv".to_owned(), content: Box::new(std::io::Cursor::new(content)) }];
    let mut found = Vec::new();
    let today = date(2026, 11, 1);
    read_delivery(&map, files, Days { today, data_as_of: today }, &mut LoadReport::default(), &mut |received| {
        if let Received::Record(record) = received {
            found.extend(record.details.addresses);
        }
        Ok(())
    })
    .unwrap();
    assert_eq!(found.len(), rows.len());
    found
}

#[test]
fn an_address_with_a_postal_code_of_another_country_makes_a_dwelling() {
    let found = addresses(&[
        "unit d13,5112,145th st,Anytown,98101",
        "Unit D13,5112,145th Street,ANYTOWN,98101-2201",
        "unit d13,5112,145th st,Anytown,",
        ",5112,145th st,Anytown,98101",
    ]);
    let keys: Vec<Option<i64>> = found.iter().map(|address| dwelling_keys(address).by_words).collect();
    assert!(keys[0].is_some());
    assert_eq!((keys[0], keys[0]), (keys[1], keys[2]), "however it is written, and with the code or without");
    assert_ne!(keys[0], keys[3], "another unit is another dwelling");
    assert!(found.iter().all(|address| address.postcode.is_none()));
}

#[test]
fn where_no_town_is_given_the_postal_code_stands_for_it() {
    let found = addresses(&[",,5112 145th st,,98101", ",,5112 145th Street,,98101", ",,5112 145th st,,98102", ",,5112 145th st,,SK1 3X"]);
    let keys: Vec<Option<i64>> = found.iter().map(|address| dwelling_keys(address).by_words).collect();
    assert!(keys[0].is_some() && keys[0] == keys[1], "one street, number and code are one dwelling");
    assert_ne!(keys[0], keys[2], "the same street and number elsewhere are another");
    assert!(keys[3].is_none(), "a slip in a British postcode is not taken for a place");
}
