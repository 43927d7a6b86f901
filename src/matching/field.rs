//! The fields that are compared, the levels of each, and what each level says to a person.

/// A level of agreement: its name in the model file and its sentence for people. It never states a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Its name in the model and in explanations.
    pub name: &'static str,
    /// What it says, as a sentence.
    pub text: &'static str,
}

/// A field, its contexts (a level may weigh differently once another field agrees) and its levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in the model and in explanations.
    pub name: &'static str,
    /// Contexts by name; the first is the ordinary one.
    pub contexts: &'static [&'static str],
    /// Its levels, the strongest agreement first.
    pub levels: &'static [Level],
}

/// Declares a field's contexts and levels as constants (their index) together with their names and sentences.
macro_rules! field {
    ($module:ident, $name:literal, [$($context:ident = $context_name:literal),+], { $($level:ident = $level_name:literal: $text:literal;)+ }) => {
        #[doc = concat!("Contexts and levels of `", $name, "`.")]
        pub mod $module {
            #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "only to number the levels")]
            #[repr(u8)]
            enum Number { $($level),+ }
            #[doc = concat!("Contexts of `", $name, "`.")]
            pub mod context {
                #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "only to number the contexts")]
                #[repr(u8)]
                enum Number { $($context),+ }
                $(#[doc = concat!("The context `", $context_name, "`.")] pub const $context: u8 = Number::$context as u8;)+
            }
            $(#[doc = $text] pub const $level: u8 = Number::$level as u8;)+
            /// The field.
            pub const FIELD: super::Field = super::Field {
                name: $name,
                contexts: &[$($context_name),+],
                levels: &[$(super::Level { name: $level_name, text: $text }),+],
            };
        }
    };
}

field!(given_name, "given_name", [ELSEWHERE = "elsewhere", SAME_DWELLING = "same_dwelling"], {
    EXACT = "exact": "The given names are the same.";
    VARIANT = "variant": "The given names are forms of one name.";
    CLOSE = "close": "The given names differ by a letter or nearly so.";
    PART = "part": "One given name is a part of the other.";
    SIMILAR = "similar": "The given names sound or look alike.";
    INITIAL = "initial": "One given name is an initial of the other.";
    INITIAL_DIFFERS = "initial_differs": "One given name is an initial, and the other starts otherwise.";
    REMOTE = "remote": "The given names have only a little in common.";
    WEAK_DIFFERS = "weak_differs": "The given names differ, but one is a first name that is often left out.";
    DIFFERENT = "different": "The given names differ.";
});
field!(family_name, "family_name", [ELSEWHERE = "elsewhere", SAME_DWELLING = "same_dwelling"], {
    EXACT = "exact": "The family names are the same.";
    VARIANT = "variant": "The family names are spellings of one name.";
    CLOSE = "close": "The family names differ by a letter or nearly so.";
    PART = "part": "One family name is a part of the other.";
    FORMER = "former": "A former or other family name is the same.";
    SIMILAR = "similar": "The family names sound or look alike.";
    WEAK_DIFFERS = "weak_differs": "The family names differ, but one is a name that is often left out or exchanged.";
    REMOTE = "remote": "The family names have only a little in common.";
    DIFFERENT = "different": "The family names differ.";
});
field!(name_order, "name_order", [ANY = "any"], {
    AS_GIVEN = "as_given": "The names stand in the same places.";
    MIDDLE_FIRST = "middle_first": "A middle name of one is used as the given name of the other.";
    ALIAS = "alias": "The names agree through another name used.";
    SWAPPED = "swapped": "Given and family name have changed places.";
});
field!(middle_names, "middle_names", [ANY = "any"], {
    EXACT = "exact": "A middle name is the same.";
    CLOSE = "close": "A middle name is nearly the same.";
    INITIAL = "initial": "A middle initial agrees.";
    DIFFERENT = "different": "The middle names differ.";
});
field!(birth_date, "date_of_birth", [ANY = "any"], {
    EXACT = "exact": "The dates of birth are the same.";
    DAY_MONTH_SWAPPED = "day_month_swapped": "Day and month of birth have changed places.";
    DIGITS_SWAPPED = "digits_swapped": "Within the year, two neighbouring digits of the date of birth have changed places.";
    ONE_DIGIT = "one_digit": "Within the year, the dates of birth differ in one digit.";
    PARTIAL = "partial": "What can be read of a date of birth agrees.";
    YEAR_ALONE = "year_alone": "The year of birth is the same, and one date is 1 January, which often stands for the year alone.";
    MONTH_DIFFERS = "month_differs": "Year and day of birth are the same, the month differs.";
    YEAR_DIFFERS = "year_differs": "Day and month of birth are the same, the year differs.";
    DAY_DIFFERS = "day_differs": "Year and month of birth are the same, the day differs.";
    TWO_DIGITS = "two_digits": "The dates of birth differ in two digits.";
    NEAR = "near": "The dates of birth lie within ten days.";
    SAME_YEAR = "same_year": "Only the year of birth is the same.";
    NEAR_YEAR = "near_year": "The years of birth lie close together.";
    DIFFERENT = "different": "The dates of birth differ.";
});
field!(age, "age", [NO_BIRTH_DATE = "no_birth_date", BIRTH_YEARS_DIFFER = "birth_years_differ"], {
    SAME = "same": "The ages agree.";
    ONE_YEAR = "one_year": "The ages differ by a year.";
    ONE_DIGIT = "one_digit": "The ages differ in one digit.";
    NEAR = "near": "The ages differ by up to three years.";
    DIFFERENT = "different": "The ages differ.";
});
field!(sex, "sex", [GIVEN_NAMES_DIFFER = "given_names_differ", GIVEN_NAMES_AGREE = "given_names_agree"], {
    SAME = "same": "Sex is recorded the same.";
    DIFFERENT = "different": "Sex is recorded differently.";
});
field!(postcode, "postcode", [ANY = "any"], {
    SAME = "same": "The postcode is the same.";
    CLOSE = "close": "The postcodes differ in one character.";
    SECTOR = "sector": "The postcodes are of one sector.";
    DISTRICT = "district": "The postcodes are of one district.";
    AREA = "area": "The postcodes are of one area.";
    DIFFERENT = "different": "The postcodes differ.";
});
field!(town, "town", [POSTCODE_DIFFERS = "postcode_differs", POSTCODE_AGREES = "postcode_agrees"], {
    SAME = "same": "The town is the same.";
    CLOSE = "close": "The town is nearly the same.";
    DIFFERENT = "different": "The towns differ.";
});
field!(street, "street", [AREA_DIFFERS = "area_differs", AREA_AGREES = "area_agrees"], {
    SAME = "same": "The street is the same.";
    CLOSE = "close": "The street is nearly the same.";
    SIMILAR = "similar": "The streets are alike.";
    DIFFERENT = "different": "The streets differ.";
});
field!(dwelling, "dwelling", [STREET_DIFFERS = "street_differs", STREET_AGREES = "street_agrees"], {
    SAME = "same": "The house number or name and the flat are the same.";
    SHARED_PLACE = "shared_place": "The address is the same, and many people share it.";
    BUILDING = "building": "The building is the same, the flats differ or one is not known.";
    DIGITS_SWAPPED = "digits_swapped": "Two neighbouring digits of the house number have changed places.";
    CLOSE = "close": "The house numbers differ by one digit.";
    DIFFERENT = "different": "The house numbers or names differ.";
});
field!(address_time, "address_time", [
    FAMILY_NAMES_DIFFER = "family_names_differ",
    GIVEN_NAMES_DIFFER = "given_names_differ",
    GIVEN_NAMES_MAY_BE_ONE = "given_names_may_be_one",
    NAMES_AGREE = "names_agree"
], {
    CURRENT = "current": "The addresses compared are the current ones.";
    FORMER = "former": "A former address was compared.";
    SAME_PARENT = "same_parent": "Both are told of as having the care of a child in one home, and are of one sex.";
    FAMILY_ADULT = "family_adult": "One is told of as having the care of a child in the other's home, is of that sex, and the other is old enough.";
    FAMILY_HOME = "family_home": "One is told of by somebody in the other's home.";
    FAMILY = "family": "The address may be that of the family that tells of the person.";
});
field!(identifier, "identifier", [ANY = "any"], {
    SAME = "same": "The identifier is the same.";
    CLOSE = "close": "The identifier differs in one place, or two neighbouring places changed.";
    SHARED = "shared": "The identifier is the same, but what else is known is another person's: taken as shared by mistake.";
    UNSURE = "unsure": "The identifiers differ, and one fails its check.";
    DIFFERENT = "different": "The identifiers differ.";
});
field!(reach, "reach", [ELSEWHERE = "elsewhere", SAME_HOUSEHOLD = "same_household", PARENTS = "parents"], {
    SAME = "same": "It is the same.";
    CLOSE = "close": "It differs in one place.";
    DIFFERENT = "different": "It differs.";
});
field!(other, "other", [ANY = "any"], {
    SAME = "same": "It is the same.";
    CLOSE = "close": "It is nearly the same.";
    DIFFERENT = "different": "It differs.";
});

/// The most contexts that a field has.
pub(crate) const MOST_CONTEXTS: usize = most_of(true);
/// The most levels that a field has.
pub(crate) const MOST_LEVELS: usize = most_of(false);

const fn most_of(contexts: bool) -> usize {
    let (mut most, mut at) = (0, 0);
    while at < table::ALL.len() {
        let field = &table::ALL[at].1;
        let count = if contexts { field.contexts.len() } else { field.levels.len() };
        most = if count > most { count } else { most };
        at += 1;
    }
    most
}

/// The tables every model has, by number. Named identifiers and columns that a model was trained with follow behind.
pub mod table {
    use super::Field;

    macro_rules! tables {
        ($($constant:ident = $name:literal, $field:ident;)+) => {
            #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "only to number the tables")]
            #[repr(u8)]
            enum Number { $($constant),+ }
            $(#[doc = concat!("The table `", $name, "`.")] pub const $constant: u8 = Number::$constant as u8;)+
            /// Name and field of each table.
            pub const ALL: &[(&str, Field)] = &[$(($name, super::$field::FIELD)),+];
        };
    }
    tables! {
        GIVEN_NAME = "given_name", given_name;
        FAMILY_NAME = "family_name", family_name;
        NAME_ORDER = "name_order", name_order;
        MIDDLE_NAMES = "middle_names", middle_names;
        DATE_OF_BIRTH = "date_of_birth", birth_date;
        AGE = "age", age;
        SEX = "sex", sex;
        POSTCODE = "postcode", postcode;
        TOWN = "town", town;
        STREET = "street", street;
        DWELLING = "dwelling", dwelling;
        ADDRESS_TIME = "address_time", address_time;
        NHS_NUMBER = "nhs_number", identifier;
        UPN = "upn", identifier;
        PHONE = "phone", reach;
        EMAIL = "email", reach;
        REGION = "region", other;
        LOCALITY = "locality", town;
        IDENTIFIER = "identifier", identifier;
        OTHER = "other", other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_has_levels_with_a_sentence() {
        for (name, field) in table::ALL {
            assert!(!field.contexts.is_empty(), "{name}");
            assert!(field.levels.iter().all(|level| level.text.ends_with('.')), "{name}");
        }
        assert_eq!(table::ALL[usize::from(table::TOWN)].0, "town");
    }
}
