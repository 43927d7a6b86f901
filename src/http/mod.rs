//! The JSON API: one operation, one file; errors as problem documents; users by bearer tokens.
//!
//! The table of operations is [`access`]; the contract is openapi.yaml, and tests hold the two equal.

pub mod access;
pub mod authentication;
mod contract;
mod create_lookup;
mod decide_review;
mod edit;
mod exchange;
mod give_feedback;
mod health;
mod json;
mod list_decisions;
mod list_reviews;
mod observation;
pub mod problem;
mod query;
pub mod reading;
mod reopen_lookup;
mod request_id;
mod routes;
mod select_candidate;
mod server;
mod shape;
mod show_person;
mod show_review;
mod split_person;
mod undo_decision;

pub use contract::OPENAPI;
pub use server::{ServeError, Server, ServerSettings};
