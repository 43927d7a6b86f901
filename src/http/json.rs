//! A JSON body as a tree that keeps repeated keys, for `shape` to walk.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::problem::{Problem, ProblemKind};

/// A JSON value. Numbers' values are not kept: no body of this API takes one.
#[derive(Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number.
    Number,
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, its keys in order and as often as they stand there.
    Object(Vec<(String, Json)>),
}

impl fmt::Debug for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Json[redacted]")
    }
}

impl Json {
    /// Reads a body. Nesting is limited by the parser (128 levels).
    ///
    /// # Errors
    /// `malformed-json`, naming line and column.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(Problem::new(ProblemKind::MalformedJson, "the body is empty").at("", "send a JSON object"));
        }
        serde_json::from_slice(body).map_err(|error| {
            let place = format!("not JSON at line {}, column {}", error.line(), error.column());
            Problem::new(ProblemKind::MalformedJson, "the body could not be read as JSON").at("", place)
        })
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyJson;

        impl<'de> Visitor<'de> for AnyJson {
            type Value = Json;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("JSON")
            }

            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
                Ok(Json::Boolean)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
                Ok(Json::Number)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
                Ok(Json::Number)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
                Ok(Json::Number)
            }

            fn visit_str<E>(self, text: &str) -> Result<Json, E> {
                Ok(Json::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Json::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
                let mut object = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    object.push(entry);
                }
                Ok(Json::Object(object))
            }
        }

        deserializer.deserialize_any(AnyJson)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_malformed() {
        let deep = "[".repeat(500);
        for body in ["", "  ", "{", "{\"name\":}", "{} {}", r#"{"name":"\ud800"}"#, "{'name':1}", "1e999", &deep] {
            assert_eq!(Json::read(body.as_bytes()).unwrap_err().kind(), ProblemKind::MalformedJson, "{body}");
        }
        assert_eq!(Json::read(b"\"\xff\"").unwrap_err().kind(), ProblemKind::MalformedJson);
    }
}
