//! Every integration test, in one program: linked once, on one server. A program for each file took gigabytes and many minutes.
//!
//! `cargo test --test behaviour import_load::` runs the tests of one file.

#[path = "../fuzz/src/lib.rs"]
mod checks;

mod authority_support;
mod http_service;
mod import_support;
mod people_support;
mod steward_support;
mod support;

mod audit;
mod contract;
mod contract_fuzzing;
mod database;
mod database_url;
mod demo;
mod fuzz_targets;
mod http_answers;
mod http_authentication;
mod http_keys;
mod http_requests;
mod http_reviews;
mod http_shutdown;
mod import_ages;
mod import_documentation;
mod import_foreign;
mod import_load;
mod import_parents;
mod import_related;
mod import_safety;
mod licences;
mod listed;
mod lost_database;
mod matching_cases;
mod matching_doubt;
mod matching_family;
mod matching_groups;
mod matching_names;
mod matching_people;
mod matching_properties;
mod module_directions;
mod private_cluster;
mod private_cluster_obstacles;
mod readme;
mod refusals;
mod resolution;
mod review_command;
mod second_authority;
mod shielded;
mod stories;
