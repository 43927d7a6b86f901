//! What an installation and an authority set: settings (flags, then environment, then defaults) and two files, the authority's and its policy's.
//!
//! A setting that is not known is refused, with its file and line: a misspelled name must never leave a default silently in force.

pub mod authority;
pub mod error;
pub mod file;
pub mod policy;
pub mod settings;

pub use authority::{Authority, LookupLimits};
pub use error::ConfigurationError;
pub use settings::{DatabaseUrl, Flags, Identity, KeyLocation, Settings};
