//! docs/feeds.md names every field and every rule.

#![allow(clippy::unwrap_used, reason = "a test either works or fails")]

use family_context::import::{InvolvementField, PersonField, RelationshipField, Rule};

#[test]
fn the_documentation_names_every_field_and_rule() {
    let documentation = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/feeds.md")).unwrap();
    let mut names: Vec<&str> = PersonField::ALL.iter().map(|field| field.name()).collect();
    names.extend(RelationshipField::ALL.iter().map(|field| field.name()));
    names.extend(Rule::ALL.iter().map(|rule| rule.name()));
    names.extend(InvolvementField::ALL.iter().map(|field| field.name().rsplit('.').next().unwrap()));
    for name in names {
        assert!(documentation.contains(&format!("`{name}")) || documentation.contains(&format!(".{name}`")), "{name}");
    }
}
