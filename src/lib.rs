//! The map of the crate. See `docs/architecture.md`.
#![forbid(unsafe_code)]
