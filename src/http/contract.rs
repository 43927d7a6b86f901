//! `GET /openapi.yaml`: the contract, as this build keeps it.

use actix_web::HttpResponse;

/// The text of openapi.yaml.
pub const OPENAPI: &str = include_str!("../../openapi.yaml");

/// The operation.
pub async fn contract() -> HttpResponse {
    HttpResponse::Ok().content_type("application/yaml").body(OPENAPI)
}
