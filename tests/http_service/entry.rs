//! Whether somebody is let in.

use super::{Answer, Service};

/// A lookup that no user has: whoever is let in gets to the use case, and anything but 401 and 403 says so.
pub const A_LOOKUP: &str = "/v1/lookups/0192f1de-7b5c-7c3e-9a52-0c2a1b3d0001";

pub fn asked(service: &Service, token: &str) -> Answer {
    service.get(A_LOOKUP, Some(token))
}

pub fn assert_let_in(answer: &Answer) {
    assert!(!matches!(answer.status, 401 | 403), "{answer:?}");
}

/// Not let in, for a reason that the answer's challenge gives in these words.
pub fn assert_kept_out(service: &Service, token: &str, reason: &str) {
    let answer = asked(service, token);
    assert_eq!((answer.status, answer.problem()), (401, "unauthenticated"), "{reason}");
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer ") && challenge.contains(r#"error="invalid_token""#), "{challenge}");
    assert_eq!(answer.body["detail"], reason);
    assert!(challenge.contains(reason), "{challenge}");
}
