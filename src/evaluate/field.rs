//! The fields that a column of an `evaluate` file can be mapped to.

use std::fmt;

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Given name or names.
    GivenName,
    /// Middle names or initials.
    MiddleNames,
    /// Family name.
    FamilyName,
    /// The whole name in one cell.
    FullName,
    /// Another name used; may be mapped from several columns.
    OtherNames,
    /// A former family name.
    FormerFamilyName,
    /// Date of birth, in the map's format.
    DateOfBirth,
    /// Age in whole years.
    Age,
    /// The year in which the age was right.
    AgeYear,
    /// Sex.
    Sex,
    /// A part of the address; may be mapped from several columns, taken in the file's order.
    Address,
    /// House number.
    StreetNumber,
    /// Street.
    Street,
    /// Town or suburb.
    Town,
    /// County, state or other region.
    Region,
    /// Postcode of any country.
    Postcode,
    /// Unique property reference number.
    Uprn,
    /// Telephone number; may be mapped from several columns.
    Phone,
    /// Email address; may be mapped from several columns.
    Email,
    /// NHS number.
    NhsNumber,
    /// Unique pupil number.
    Upn,
    /// An identifier of any other kind, by its name.
    Identifier(String),
    /// Anything else worth comparing, by its name.
    Other(String),
}

/// The fields that have a fixed name, and that name.
const NAMED: &[(&str, Field)] = &[
    ("given_name", Field::GivenName),
    ("middle_names", Field::MiddleNames),
    ("family_name", Field::FamilyName),
    ("full_name", Field::FullName),
    ("other_names", Field::OtherNames),
    ("former_family_name", Field::FormerFamilyName),
    ("date_of_birth", Field::DateOfBirth),
    ("age", Field::Age),
    ("age_year", Field::AgeYear),
    ("sex", Field::Sex),
    ("address", Field::Address),
    ("street_number", Field::StreetNumber),
    ("street", Field::Street),
    ("town", Field::Town),
    ("region", Field::Region),
    ("postcode", Field::Postcode),
    ("uprn", Field::Uprn),
    ("phone", Field::Phone),
    ("email", Field::Email),
    ("nhs_number", Field::NhsNumber),
    ("upn", Field::Upn),
];

/// How alike two names must be (Jaro-Winkler) for one to be offered as what was meant.
const WORTH_SUGGESTING: f64 = 0.75;

impl Field {
    /// Reads a field's name; the error is a sentence that says what the names are.
    ///
    /// # Errors
    /// An unknown name, or a name after `identifier.` or `other.` that is not lower-case letters, digits and underscores.
    pub fn parse(name: &str) -> Result<Self, String> {
        if let Some((_, field)) = NAMED.iter().find(|(known, _)| *known == name) {
            return Ok(field.clone());
        }
        for (prefix, made) in [("identifier.", Self::Identifier as fn(String) -> Self), ("other.", Self::Other)] {
            if let Some(rest) = name.strip_prefix(prefix) {
                let plain = !rest.is_empty() && rest.chars().all(|character| character.is_ascii_alphanumeric() || character == '_');
                return if plain {
                    Ok(made(rest.to_owned()))
                } else {
                    Err(format!("`{name}`: the name behind `{prefix}` must be of letters, digits and underscores"))
                };
            }
        }
        let nearest = NAMED
            .iter()
            .map(|(known, _)| (*known, strsim::jaro_winkler(known, name)))
            .filter(|(_, alike)| *alike >= WORTH_SUGGESTING)
            .max_by(|left, right| left.1.total_cmp(&right.1));
        let meant = nearest.map(|(known, _)| format!("; did you mean `{known}`?")).unwrap_or_default();
        Err(format!("`{name}` is not a field{meant}"))
    }

    /// All names, for a message.
    #[must_use]
    pub fn names() -> String {
        let fixed: Vec<&str> = NAMED.iter().map(|(name, _)| *name).collect();
        format!("{}, identifier.NAME, other.NAME", fixed.join(", "))
    }

    /// Whether several columns of one file may hold it.
    #[must_use]
    pub fn may_repeat(&self) -> bool {
        matches!(self, Self::Address | Self::OtherNames | Self::Phone | Self::Email)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identifier(name) => write!(formatter, "identifier.{name}"),
            Self::Other(name) => write!(formatter, "other.{name}"),
            fixed => formatter.write_str(NAMED.iter().find(|(_, field)| field == fixed).map_or("", |(name, _)| name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_reads_back_from_its_own_name() {
        for name in NAMED.iter().map(|(name, _)| *name).chain(["identifier.passport", "other.team"]) {
            assert_eq!(Field::parse(name).unwrap().to_string(), name);
        }
    }

    #[test]
    fn an_unknown_field_is_refused_with_the_nearest_one() {
        assert_eq!(Field::parse("surname_name").unwrap_err(), "`surname_name` is not a field");
        assert_eq!(Field::parse("familyname").unwrap_err(), "`familyname` is not a field; did you mean `family_name`?");
        assert!(Field::parse("identifier.").unwrap_err().contains("behind `identifier.`"));
    }
}
