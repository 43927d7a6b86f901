//! What the words mean: parsed values that cannot be wrong.
//!
//! Everything here is pure: no I/O, no clock, no randomness. A value is parsed once, at the edge, and is trusted after that
//! ("parse, don't validate"). Values that hold personal data print `[redacted]` under `Debug`.

pub mod address;
pub mod contact;
pub mod date;
pub mod family;
pub mod family_hint;
pub mod identifier;
pub mod involvement;
pub mod person;
pub mod postcode;
pub mod principal;
pub mod purpose;
pub mod reach;
pub mod received;
pub mod relationship;
pub mod service;
pub mod text;
pub mod word_list;

pub use address::Address;
pub use contact::{Contact, LeadProfessional};
pub use date::BirthDate;
pub use family_hint::FamilyHint;
pub use identifier::Identifier;
pub use involvement::{Involvement, InvolvementStatus};
pub use person::{LeastAge, PersonDetails, Sex};
pub use postcode::Postcode;
pub use principal::{Principal, Role};
pub use reach::{Email, Phone};
pub use received::{NamedRelative, Origin, Received, ReceivedInvolvement, ReceivedRecord, ReceivedRelationship, RecordKey};
pub use relationship::{FamilyType, RecordedRelationship};
pub use service::{Sensitivity, Service, ServiceCode};
pub use word_list::WordList;

/// Gives a type that holds personal data a `Debug` that shows none of it.
macro_rules! redacted_debug {
    ($($type:ty),+ $(,)?) => {$(
        impl std::fmt::Debug for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(concat!(stringify!($type), "[redacted]"))
            }
        }
    )+};
}
pub(crate) use redacted_debug;
