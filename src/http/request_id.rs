//! The request's id: it ties an answer, its log line and a caller's question about it.

use actix_web::{dev::ServiceRequest, http::header::HeaderName};
use uuid::Uuid;

/// The header in which a caller may send the id and in which every answer carries it.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// The caller's id where it is well formed, else a new one.
    ///
    /// Well formed is 16 to 64 hexadecimal digits and hyphens: room for a UUID or a trace id, and none for a name or an NHS number, since the
    /// id goes into the logs.
    #[must_use]
    pub fn of(request: &ServiceRequest) -> Self {
        request
            .headers()
            .get(REQUEST_ID)
            .and_then(|value| value.to_str().ok())
            .filter(|value| is_well_formed(value))
            .map_or_else(|| Self(Uuid::now_v7().to_string()), |value| Self(value.to_owned()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_well_formed(value: &str) -> bool {
    (16..=64).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_and_a_trace_id_are_well_formed() {
        assert!(is_well_formed("0192f1de-7b5c-7c3e-9a52-0c2a1b3d4e5f"));
        assert!(is_well_formed("4bf92f3577b34da6a3ce929d0e0e4736"));
    }

    #[test]
    fn a_name_or_a_short_number_is_not() {
        for value in ["", "Mia-Novak-2014-05-20", "9990001234", "0192f1de 7b5c 7c3e", &"a".repeat(65)] {
            assert!(!is_well_formed(value), "{value}");
        }
    }
}
