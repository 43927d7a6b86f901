//! The part of an address behind the question mark. It says which part of a list is wanted, never anything of a person.

use actix_web::{HttpRequest, web::Query};

use super::problem::{Problem, ProblemKind};

/// So many entries of a list where the caller does not say.
const USUAL: u16 = 50;
/// The most entries of a list.
const MOST: u16 = 200;

/// Parameters, each at most once.
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads those of a request.
    ///
    /// # Errors
    /// 422 where one is not known or stands there twice.
    pub fn read(request: &HttpRequest, known: &[&str]) -> Result<Self, Problem> {
        let Query(pairs) = Query::<Vec<(String, String)>>::from_query(request.query_string())
            .map_err(|_| invalid("the parameters cannot be read".to_owned()))?;
        for (at, (name, _)) in pairs.iter().enumerate() {
            if !known.contains(&name.as_str()) || pairs[..at].iter().any(|(other, _)| other == name) {
                return Err(invalid(format!("the parameters of this address, each once, are: {}", known.join(", "))));
            }
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that must be one of a few words.
    ///
    /// # Errors
    /// 422.
    pub fn word<T>(&self, name: &str, words: &[&str], read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
        let wrong = || invalid(format!("{name} must be one of {}", words.join(", ")));
        self.text(name).map(|text| read(text).ok_or_else(wrong)).transpose()
    }

    /// How many entries are wanted.
    ///
    /// # Errors
    /// 422.
    pub fn limit(&self) -> Result<u16, Problem> {
        let read = |text: &str| text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
        let wrong = || invalid(format!("limit must be a number from 1 to {MOST}"));
        self.text("limit").map_or(Ok(USUAL), |text| read(text).ok_or_else(wrong))
    }
}

fn invalid(detail: String) -> Problem {
    Problem::new(ProblemKind::InvalidValue, "the address has a parameter that cannot be taken").at("", detail)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn limit(query: &str) -> Result<u16, Problem> {
        Parameters::read(&TestRequest::with_uri(&format!("/v1/reviews?{query}")).to_http_request(), &["limit", "state"])?.limit()
    }

    #[test]
    fn a_list_is_of_a_size_that_can_be_read() {
        assert_eq!((limit("").ok(), limit("limit=7&state=open").ok(), limit("limit=200").ok()), (Some(50), Some(7), Some(200)));
        for query in ["limit=0", "limit=201", "limit=-1", "limit=x", "limit=", "limit=1&limit=2", "name=Mia"] {
            assert_eq!(limit(query).unwrap_err().kind(), ProblemKind::InvalidValue, "{query}");
        }
    }
}
