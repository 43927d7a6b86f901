//! Around every request: its id, one log line, and the headers that every answer carries.
//!
//! The log line has the method, the route's pattern (never the path or the query as sent), the status, the time taken and the id. Nothing of it is
//! personal data.

use std::{panic::AssertUnwindSafe, time::Instant};

use actix_web::{
    Error, HttpResponse,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::Next,
};
use futures_util::FutureExt;
use tracing::Instrument;

use super::{
    problem::{Problem, ProblemKind},
    request_id::{REQUEST_ID, RequestId},
};

/// Headers of every answer: nothing of it is to be kept, guessed at, or shown as a page.
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
];

/// Lets a request through to its operation, and sees to its answer.
///
/// # Errors
/// Where an operation panicked: the error is the finished answer.
pub async fn observe<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let started = Instant::now();
    let request_id = RequestId::of(&request);
    let method = known_method(request.method());
    let route = request.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let span = tracing::info_span!("request", request_id = request_id.as_str());
    let outcome = AssertUnwindSafe(next.call(request)).catch_unwind().instrument(span.clone()).await;
    let answered = match outcome {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => Err(problem_of(Some(&error), error.as_response_error().status_code()).unwrap_or_else(internal)),
        Err(_panic) => Err(internal()),
    };
    let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
    let answered = match answered {
        Ok(response) => Ok(match problem_of(response.response().error(), response.status()) {
            Some(problem) => response.into_response(problem.response(request_id.as_str())).map_into_right_body(),
            None => response.map_into_left_body(),
        }),
        Err(problem) => Err(problem.response(request_id.as_str())),
    };
    let status = answered.as_ref().map_or_else(HttpResponse::status, ServiceResponse::status).as_u16();
    span.in_scope(|| tracing::info!(method, route, status, milliseconds, "answered"));
    match answered {
        Ok(mut response) => {
            complete(response.headers_mut(), &request_id);
            Ok(response)
        }
        // The request is gone with what failed, so the finished answer travels as an error.
        Err(mut response) => {
            complete(response.headers_mut(), &request_id);
            Err(InternalError::from_response("the operation failed", response).into())
        }
    }
}

/// The problem behind an answer that is an error; `None` where the answer is none, or has its own words already.
fn problem_of(error: Option<&Error>, status: StatusCode) -> Option<Problem> {
    if let Some(problem) = error.and_then(Error::as_error::<Problem>) {
        return Some(problem.clone());
    }
    // What the framework refuses by itself, before any operation.
    match status {
        StatusCode::NOT_FOUND => Some(Problem::new(ProblemKind::NotFound, "there is nothing at this address")),
        StatusCode::METHOD_NOT_ALLOWED => Some(Problem::new(ProblemKind::MethodNotAllowed, "this method is not for this address")),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Problem::new(ProblemKind::BodyTooLarge, "the body is too large")),
        status if status.is_client_error() => Some(Problem::new(ProblemKind::WrongShape, "the request cannot be read")),
        status if status.is_server_error() => Some(internal()),
        _ => None,
    }
}

fn internal() -> Problem {
    Problem::new(ProblemKind::Internal, "the service failed; the request id finds it in the log")
}

fn complete(headers: &mut HeaderMap, request_id: &RequestId) {
    for (name, value) in HEADERS {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
    if let Ok(value) = HeaderValue::from_str(request_id.as_str()) {
        headers.insert(REQUEST_ID, value);
    }
}

/// The method, if it is one of the usual: a made-up one is somebody's text.
fn known_method(method: &Method) -> &'static str {
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::HEAD, Method::OPTIONS, Method::TRACE, Method::CONNECT]
        .iter()
        .position(|known| known == method)
        .map_or("other", |at| ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"][at])
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use actix_web::{App, middleware::from_fn, test, web};

    use super::*;

    /// What was logged.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    async fn failing() -> HttpResponse {
        panic!("on purpose")
    }

    #[actix_web::test]
    async fn a_panic_is_a_problem_and_the_next_request_is_served() {
        let routes = App::new().wrap(from_fn(observe)).route("/failing", web::get().to(failing));
        let service = test::init_service(routes.route("/well", web::get().to(HttpResponse::Ok))).await;
        let error = test::try_call_service(&service, test::TestRequest::get().uri("/failing").to_request()).await.unwrap_err();
        let response = error.error_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers().get("content-type").unwrap(), "application/problem+json");
        assert!(response.headers().contains_key(REQUEST_ID) && response.headers().contains_key(CACHE_CONTROL));
        let response = test::call_service(&service, test::TestRequest::get().uri("/well").to_request()).await;
        assert_eq!(response.status(), StatusCode::OK);
    }

    #[actix_web::test]
    async fn the_log_line_has_the_routes_pattern_and_nothing_that_was_sent() {
        let routes = App::new().wrap(from_fn(observe)).route("/v1/lookups/{lookup_id}", web::get().to(HttpResponse::Ok));
        let service = test::init_service(routes).await;
        // Where the log line is first reached by another test at the very moment that the log is set up, it can be taken for one that nobody reads.
        test::call_service(&service, test::TestRequest::get().uri("/").to_request()).await;
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        for uri in ["/v1/lookups/Zebedee?name=Zebedee", "/Zebedee"] {
            let request = test::TestRequest::get().uri(uri).insert_header(("x-request-id", "Zebedee-Zebedee-Zebedee"));
            test::call_service(&service, request.to_request()).await;
        }
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains(r#""route":"/v1/lookups/{lookup_id}","status":200"#) && text.contains(r#""route":"unmatched""#), "{text}");
        assert!(!text.contains("Zebedee"), "{text}");
    }
}
