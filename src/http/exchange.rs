//! What every operation does with its request: know the user, read the body, answer in time.

use std::{future::Future, sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, WWW_AUTHENTICATE},
    web::{self, Payload},
};
use futures_util::StreamExt;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    domain::Principal,
    lookup::{LookupError, Lookups},
    stewardship::{Stewardship, StewardshipError},
};

use super::{
    access::Operation,
    authentication::Authenticator,
    json::Json,
    problem::{Problem, ProblemKind},
};

/// The longest body read, in bytes: every field at its limit, with room to spare.
pub const LONGEST_BODY: usize = 64 * 1024;

/// What the operations share.
#[derive(Debug)]
pub struct Shared {
    /// The use case.
    pub lookups: Arc<Lookups>,
    /// The stewards' use case.
    pub stewardship: Arc<Stewardship>,
    /// Who asks.
    pub authenticator: Authenticator,
    /// How long a body may take to arrive.
    pub body_timeout: Duration,
    /// How long an answer may take.
    pub answer_timeout: Duration,
}

impl Shared {
    /// The user, if a token proves one and the user's role may call the operation. A refusal for the role is audited.
    ///
    /// # Errors
    /// 401 without a valid token, 403 without a role for it, 503 where the refusal cannot be recorded.
    pub async fn admit(&self, request: &HttpRequest, operation: Operation) -> Result<Principal, Problem> {
        // Two tokens are as good as none: somebody in between might have checked the other one.
        let mut headers = request.headers().get_all(AUTHORIZATION);
        let authorization = match (headers.next(), headers.next()) {
            (Some(only), None) => Some(only.as_bytes()),
            _ => None,
        };
        let principal = self.authenticator.authenticate(authorization).await?;
        if operation.is_open_to(&principal.roles) {
            return Ok(principal);
        }
        let challenge = r#"Bearer realm="family-context", error="insufficient_scope""#.to_owned();
        let problem = Problem::new(ProblemKind::RoleNotAllowed, "none of your roles may do this").with_header(WWW_AUTHENTICATE, challenge);
        Err(self.refuse(&principal, operation, problem).await)
    }

    /// Waits for a request to be read. What cannot be read is refused, and the refusal audited before it is answered; nothing of the request is kept.
    ///
    /// # Errors
    /// The problem that reading met; 503 where the refusal cannot be recorded.
    pub async fn reading<T>(
        &self,
        principal: &Principal,
        operation: Operation,
        read: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        match read.await {
            Ok(value) => Ok(value),
            Err(problem) => Err(self.refuse(principal, operation, problem).await),
        }
    }

    /// Records a refusal and gives it back; where it cannot be recorded, that is the problem: whoever is known learns nothing unrecorded, not even what
    /// is refused.
    async fn refuse(&self, principal: &Principal, operation: Operation, problem: Problem) -> Problem {
        match self.in_time(self.lookups.refused(principal, operation.id(), problem.kind().code())).await {
            Ok(()) => problem,
            Err(unrecorded) => unrecorded,
        }
    }

    /// Reads a JSON body.
    ///
    /// # Errors
    /// 415 for another content type, 413 for a body over 64 KiB, 408 for one that does not arrive, 400 for one that is not JSON.
    pub async fn read_body(&self, request: &HttpRequest, payload: Payload) -> Result<Json, Problem> {
        check_content_type(request.headers())?;
        let stated = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
        if stated.is_some_and(|length| length > LONGEST_BODY) {
            return Err(too_large());
        }
        let body = tokio::time::timeout(self.body_timeout, collect(payload))
            .await
            .map_err(|_| Problem::new(ProblemKind::RequestTimeout, "the body did not arrive in time"))??;
        Json::read(&body)
    }

    /// Waits for the answer of the use case, but not for ever.
    ///
    /// # Errors
    /// The use case's own error as a problem; 503 where it takes too long.
    pub async fn in_time<T, E: Into<Problem>>(&self, answer: impl Future<Output = Result<T, E>>) -> Result<T, Problem> {
        match tokio::time::timeout(self.answer_timeout, answer).await {
            Ok(answered) => answered.map_err(Into::into),
            Err(_) => Err(Problem::new(ProblemKind::AnswerTimeout, "the answer took too long; try again")),
        }
    }
}

/// The lookup that the path names. What is no id of a lookup names none.
///
/// # Errors
/// 404.
pub fn lookup_id(path: &web::Path<String>) -> Result<Uuid, Problem> {
    uuid(path).ok_or_else(|| LookupError::NotFound.into())
}

/// The number of a review item or decision that the path names. What is no number names none.
///
/// # Errors
/// 404.
pub fn number(path: &web::Path<String>) -> Result<i64, Problem> {
    whole_number(path).ok_or_else(|| StewardshipError::NotFound.into())
}

/// The person that the path names. What is no id of a person names none.
///
/// # Errors
/// 404.
pub fn person_id(path: &web::Path<String>) -> Result<Uuid, Problem> {
    uuid(path).ok_or_else(|| StewardshipError::NotFound.into())
}

/// A number from 1 on, as it is written in answers.
#[must_use]
pub fn whole_number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number: &i64| number.to_string() == text && *number > 0)
}

/// An id in its usual form, with hyphens.
#[must_use]
pub fn uuid(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

/// A 200 with a JSON body.
///
/// # Errors
/// 500 where the answer cannot be written as JSON.
pub fn json_response(answer: &impl Serialize) -> Result<HttpResponse, Problem> {
    let body = serde_json::to_string(answer).map_err(|_| Problem::new(ProblemKind::Internal, "the answer could not be written"))?;
    Ok(HttpResponse::Ok().content_type("application/json").body(body))
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let mut parts = value.split(';').map(str::trim);
    let is_json = parts.next() == Some("application/json");
    let is_utf8 = parts.filter_map(|parameter| parameter.strip_prefix("charset=")).all(|charset| charset.trim_matches('"') == "utf-8");
    let is_plain = headers.get(CONTENT_ENCODING).is_none_or(|value| value.as_bytes().eq_ignore_ascii_case(b"identity"));
    if is_json && is_utf8 && is_plain {
        return Ok(());
    }
    Err(Problem::new(ProblemKind::UnsupportedMediaType, "send the body as application/json in UTF-8, not compressed"))
}

async fn collect(mut payload: Payload) -> Result<Vec<u8>, Problem> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Problem::new(ProblemKind::MalformedJson, "the body did not arrive whole"))?;
        if body.len() + chunk.len() > LONGEST_BODY {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn too_large() -> Problem {
    Problem::new(ProblemKind::BodyTooLarge, format!("the body may have at most {LONGEST_BODY} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn taken(headers: &[(HeaderName, &'static str)]) -> bool {
        let map = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        check_content_type(&map).is_ok()
    }

    #[test]
    fn only_plain_json_in_utf8_is_taken() {
        for value in ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""] {
            assert!(taken(&[(CONTENT_TYPE, value)]), "{value}");
        }
        for value in ["text/plain", "application/json; charset=latin1", "application/jsonp", "application/x-www-form-urlencoded"] {
            assert!(!taken(&[(CONTENT_TYPE, value)]), "{value}");
        }
        assert!(!taken(&[]));
        assert!(!taken(&[(CONTENT_TYPE, "application/json"), (CONTENT_ENCODING, "gzip")]));
    }

    #[test]
    fn an_id_is_read_in_its_usual_form_only() {
        assert!(uuid("0192f1de-7b5c-7c3e-9a52-0c2a1b3d4e5f").is_some());
        for text in
            ["", "1", "0192f1de7b5c7c3e9a520c2a1b3d4e5f", "{0192f1de-7b5c-7c3e-9a52-0c2a1b3d4e5f}", "0192f1de-7b5c-7c3e-9a52-0c2a1b3d4e5g"]
        {
            assert!(uuid(text).is_none(), "{text}");
        }
    }
}
