//! What services send: feed maps, decoding, row parsing, checks, the load report.
//!
//! [`FeedMap`] says how one service's files are to be read. [`read_delivery`] reads a delivery row by row and hands on what it holds
//! ([`crate::domain::Received`]); memory does not grow with the files. A cell that cannot be read never loses its row: it counts as missing and
//! is reported by file, line, field and [`Rule`], never by its value. What makes a whole delivery unusable is a [`Refusal`].
//! `docs/feeds.md` tells it to those who write maps.

mod cell;
mod decode;
mod delivery;
mod digest;
mod field;
mod involvement;
mod map;
mod map_check;
mod name_pattern;
mod person;
mod plan;
mod refusal;
mod relationship;
mod report;
mod row;
mod rule;

pub use delivery::{Days, DeliveredFile, SinkClosed, assign, read_delivery};
pub use digest::{DeliveryDates, delivery_digest};
pub use field::{CellKind, Field, InvolvementField, PersonField, RelationshipField, RowKind};
pub use map::{Absent, ColumnMap, DeliveryKind, FeedMap, FileMap, MapError};
pub use refusal::Refusal;
pub use report::{FileReport, Finding, LoadReport};
pub use rule::Rule;
