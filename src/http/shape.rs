//! The shape of a JSON body, read so that every complaint can point at its place.
//!
//! [`Reader`] walks the body, taking what it expects and noting what is wrong. A wrong shape is the caller's program (400); an unknown key or a value
//! that cannot be taken is its user (422).

use super::{
    json::Json,
    problem::{PlaceError, Problem, ProblemKind},
};

/// The limits of a text field.
#[derive(Debug, Clone, Copy)]
pub struct TextLimit {
    /// Most characters.
    pub most: usize,
    /// Whether line ends and tabs may stand in it.
    pub several_lines: bool,
}

/// A field of one line.
pub const ONE_LINE: TextLimit = TextLimit { most: 200, several_lines: false };

/// Most entries of a list.
pub const MOST_ENTRIES: usize = 20;

/// Notes what is wrong in a body, and where.
#[derive(Debug, Default)]
pub struct Reader {
    wrong_shape: Vec<PlaceError>,
    unknown_keys: Vec<PlaceError>,
    invalid_values: Vec<PlaceError>,
}

impl Reader {
    /// The value read, unless anything was wrong on the way.
    ///
    /// # Errors
    /// The first of `wrong-shape`, `unknown-key` and `invalid-value` that applies, listing every place.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        let (kind, detail) = if !self.wrong_shape.is_empty() {
            (ProblemKind::WrongShape, "the body does not have the shape that is described in /openapi.yaml")
        } else if !self.unknown_keys.is_empty() {
            (ProblemKind::UnknownKey, "the body has keys that are not in /openapi.yaml")
        } else if !self.invalid_values.is_empty() {
            (ProblemKind::InvalidValue, "the body has values that cannot be taken")
        } else if let Some(value) = value {
            return Ok(value);
        } else {
            (ProblemKind::WrongShape, "the body does not have the shape that is described in /openapi.yaml")
        };
        let mut errors = self.wrong_shape;
        errors.extend(self.unknown_keys);
        errors.extend(self.invalid_values);
        Err(Problem::new(kind, detail).with_errors(errors))
    }

    /// Takes an object with none but the `known` keys, each at most once.
    pub fn object(&mut self, json: Json, pointer: &str, known: &[&str]) -> Option<Object> {
        let Json::Object(entries) = json else {
            self.wrong(pointer, "must be an object");
            return None;
        };
        let mut kept: Vec<(String, Json)> = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            if !known.contains(&key.as_str()) {
                self.unknown_keys.push(PlaceError { pointer: pointer_to_unknown(pointer, &key), detail: "is not a known key".to_owned() });
            } else if kept.iter().any(|(other, _)| *other == key) {
                self.wrong(&format!("{pointer}/{key}"), "stands there twice");
            } else {
                kept.push((key, value));
            }
        }
        Some(Object { pointer: pointer.to_owned(), entries: kept })
    }

    /// Takes a text.
    pub fn text(&mut self, json: Json, pointer: &str, limit: TextLimit) -> Option<String> {
        let Json::Text(text) = json else {
            self.wrong(pointer, "must be a text");
            return None;
        };
        let refused = |character: char| character.is_control() && !(limit.several_lines && matches!(character, '\n' | '\r' | '\t'));
        if text.chars().any(refused) {
            self.invalid(pointer, "has a control character");
            return None;
        }
        if text.chars().count() > limit.most {
            self.invalid(pointer, format!("is longer than {} characters", limit.most));
            return None;
        }
        Some(text)
    }

    /// Takes a list, each entry by `read`; an entry that could not be read is left out (and noted).
    pub fn list<T>(&mut self, json: Json, pointer: &str, mut read: impl FnMut(&mut Self, Json, &str) -> Option<T>) -> Option<Vec<T>> {
        let Json::List(entries) = json else {
            self.wrong(pointer, "must be a list");
            return None;
        };
        if entries.len() > MOST_ENTRIES {
            self.invalid(pointer, format!("has more than {MOST_ENTRIES} entries"));
            return None;
        }
        Some(entries.into_iter().enumerate().filter_map(|(at, entry)| read(self, entry, &format!("{pointer}/{at}"))).collect())
    }

    /// Notes a wrong shape at a place: a 400.
    pub fn wrong(&mut self, pointer: &str, detail: impl Into<String>) {
        self.wrong_shape.push(PlaceError { pointer: pointer.to_owned(), detail: detail.into() });
    }

    /// Notes a value that cannot be taken at a place: a 422.
    pub fn invalid(&mut self, pointer: &str, detail: impl Into<String>) {
        self.invalid_values.push(PlaceError { pointer: pointer.to_owned(), detail: detail.into() });
    }
}

/// An object whose keys are known, being taken apart.
#[derive(Debug)]
pub struct Object {
    pointer: String,
    entries: Vec<(String, Json)>,
}

impl Object {
    /// Takes the value of a key out, with its pointer; `None` where the key is missing or its value is null.
    pub fn take(&mut self, key: &str) -> Option<(Json, String)> {
        let at = self.entries.iter().position(|(name, _)| name == key)?;
        let (_, value) = self.entries.swap_remove(at);
        (value != Json::Null).then(|| (value, format!("{}/{key}", self.pointer)))
    }

    /// Takes the value of a key that must be there and not null.
    pub fn require(&mut self, reader: &mut Reader, key: &str) -> Option<(Json, String)> {
        let taken = self.take(key);
        if taken.is_none() {
            reader.wrong(&format!("{}/{key}", self.pointer), "must be given");
        }
        taken
    }

    /// Takes an optional text of one line.
    pub fn text(&mut self, reader: &mut Reader, key: &str) -> Option<String> {
        let (json, pointer) = self.take(key)?;
        reader.text(json, &pointer, ONE_LINE)
    }

    /// Takes an optional list of texts of one line.
    pub fn texts(&mut self, reader: &mut Reader, key: &str) -> Option<Vec<String>> {
        let (json, pointer) = self.take(key)?;
        reader.list(json, &pointer, |reader, json, pointer| reader.text(json, pointer, ONE_LINE))
    }
}

/// A pointer to an unknown key; to the object around it where the key does not look like one (somebody's name used as a key is not repeated).
fn pointer_to_unknown(parent: &str, key: &str) -> String {
    let looks_like_a_key =
        key.len() <= 40 && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_uppercase() || byte == b'_');
    if looks_like_a_key { format!("{parent}/{key}") } else { parent.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `{"name": text, "others": [text]}` and gives the kind of the problem and its pointers.
    fn complaints(body: &str) -> (ProblemKind, Vec<String>) {
        let read = || {
            let mut reader = Reader::default();
            let mut object = reader.object(Json::read(body.as_bytes())?, "", &["name", "others"]);
            if let Some(object) = object.as_mut() {
                object.text(&mut reader, "name");
                object.texts(&mut reader, "others");
            }
            reader.finish(object)
        };
        let problem = read().unwrap_err();
        (problem.kind(), problem.errors().iter().map(|error| error.pointer.clone()).collect())
    }

    #[test]
    fn a_repeated_key_is_a_wrong_shape_and_is_pointed_at() {
        assert_eq!(complaints(r#"{"name":"a","name":"b"}"#), (ProblemKind::WrongShape, vec!["/name".to_owned()]));
    }

    #[test]
    fn an_unknown_key_is_pointed_at_unless_it_does_not_look_like_one() {
        assert_eq!(complaints(r#"{"nhsNumber":1}"#), (ProblemKind::UnknownKey, vec!["/nhsNumber".to_owned()]));
        assert_eq!(complaints(r#"{"Mia Novak":1}"#), (ProblemKind::UnknownKey, vec![String::new()]));
        assert_eq!(complaints(r#"{"9990001234":1}"#), (ProblemKind::UnknownKey, vec![String::new()]));
    }

    #[test]
    fn a_wrong_shape_goes_before_an_unknown_key_and_both_are_listed() {
        assert_eq!(complaints(r#"{"other":1,"name":7}"#), (ProblemKind::WrongShape, vec!["/name".to_owned(), "/other".to_owned()]));
    }

    #[test]
    fn an_entry_of_a_list_is_pointed_at_by_its_place() {
        assert_eq!(complaints(r#"{"others":["a",null]}"#), (ProblemKind::WrongShape, vec!["/others/1".to_owned()]));
    }

    #[test]
    fn control_characters_and_long_texts_are_refused() {
        let long = format!(r#"{{"name":"{}"}}"#, "a".repeat(201));
        for body in [r#"{"name":"a\u0000"}"#, r#"{"name":"a\nb"}"#, &long] {
            assert_eq!(complaints(body), (ProblemKind::InvalidValue, vec!["/name".to_owned()]));
        }
    }
}
