//! The fingerprint of a delivery: the same map, dates and files give the same one, so that the same load again is known as such.

use std::io::{self, Read};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

/// What the operator says about a delivery's dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeliveryDates {
    /// As of when the data is current.
    pub data_as_of: Date,
    /// First day that the extract covers.
    pub coverage_start: Option<Date>,
    /// Last day that it covers.
    pub coverage_end: Option<Date>,
}

/// SHA-256 over the map's text, the dates and each file's name and content, in the order given (see [`super::assign`]).
///
/// # Errors
/// The operating system's, where a file cannot be read.
pub fn delivery_digest(map_text: &str, dates: DeliveryDates, files: &mut [(String, Box<dyn Read + Send>)]) -> io::Result<[u8; 32]> {
    let mut digest = Sha256::new();
    let mut part = |bytes: &[u8]| {
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    };
    part(map_text.as_bytes());
    for date in [Some(dates.data_as_of), dates.coverage_start, dates.coverage_end] {
        part(date.map(|date| date.to_string()).unwrap_or_default().as_bytes());
    }
    for (name, content) in files {
        part(name.as_bytes());
        part(&content_digest(content)?);
    }
    Ok(digest.finalize().into())
}

fn content_digest(content: &mut dyn Read) -> io::Result<[u8; 32]> {
    let mut digest = Sha256::new();
    let mut chunk = vec![0; 256 * 1024];
    loop {
        let count = content.read(&mut chunk)?;
        if count == 0 {
            return Ok(digest.finalize().into());
        }
        digest.update(&chunk[..count]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn digest(map: &str, day: i8, content: &'static [u8]) -> [u8; 32] {
        let dates = DeliveryDates { data_as_of: date(2026, 11, day), coverage_start: None, coverage_end: None };
        delivery_digest(map, dates, &mut [("a.csv".to_owned(), Box::new(content))]).unwrap()
    }

    #[test]
    fn the_map_the_dates_and_the_files_each_count() {
        let one = digest("map", 1, b"content");
        assert_eq!(one, digest("map", 1, b"content"));
        for other in [digest("map2", 1, b"content"), digest("map", 2, b"content"), digest("map", 1, b"contents")] {
            assert_ne!(one, other);
        }
    }
}
