//! How somebody is reached: telephone numbers and email addresses.

use super::{redacted_debug, text};

/// A telephone number: digits only, British ones in their national form with the leading 0, others with `+`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(String);
redacted_debug!(Phone);

impl Phone {
    /// Reads the first plausible number of a cell: 9 to 15 digits, `+44`, `0044` and `(0)` folded, an extension dropped.
    ///
    /// `None` where there is none, or it is a placeholder such as `00000 000000`.
    #[must_use]
    pub fn parse(cell: &str) -> Option<Self> {
        let tidied = text::meaningful(cell)?.to_lowercase().replace("(0)", "");
        // A label ("Tel:", "Home") may stand before the number; an extension, a note or a second number behind it.
        let labelled = &tidied[tidied.find(|character: char| character.is_ascii_digit() || character == '+')?..];
        let main = labelled.split(|character: char| character.is_alphabetic() || "/;,".contains(character)).next().unwrap_or_default();
        let international = main.trim_start_matches(|character: char| !character.is_ascii_digit() && character != '+').starts_with('+');
        let digits: String = main.chars().filter(char::is_ascii_digit).collect();
        let national = if let Some(rest) = digits.strip_prefix("0044") {
            format!("0{}", rest.trim_start_matches('0'))
        } else if let Some(rest) = digits.strip_prefix("44").filter(|rest| international || rest.len() == 10) {
            format!("0{}", rest.trim_start_matches('0'))
        } else if international {
            format!("+{digits}")
        } else if digits.len() == 10 && digits.starts_with(['1', '2', '3', '7', '8']) {
            format!("0{digits}")
        } else {
            digits
        };
        let count = national.bytes().filter(u8::is_ascii_digit).count();
        let tail = national.get(1..).unwrap_or_default();
        let repeated = tail.chars().all(|character| tail.starts_with(character));
        ((9..=15).contains(&count) && !repeated).then_some(Self(national))
    }

    /// The number in its plain form: `01632960123`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An email address in lower case.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);
redacted_debug!(Email);

impl Email {
    /// Reads an email address: one `@`, a dotted domain, no spaces. `None` where the cell holds none.
    #[must_use]
    pub fn parse(cell: &str) -> Option<Self> {
        let value = text::meaningful(cell)?.to_lowercase();
        let value = value.trim_start_matches("mailto:");
        let (local, domain) = value.split_once('@')?;
        let dotted = domain.split('.').count() > 1 && domain.split('.').all(|label| !label.is_empty());
        let plain = !value.chars().any(|character| character.is_whitespace() || "<>,;\"()".contains(character));
        (!local.is_empty() && !domain.contains('@') && dotted && plain).then(|| Self(value.to_owned()))
    }

    /// The address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(cell: &str) -> Option<String> {
        Phone::parse(cell).map(|phone| phone.as_str().to_owned())
    }

    #[test]
    fn an_email_address_that_was_read_is_read_as_itself() {
        let email = Email::parse("mailto:MailTo:a@example.org").unwrap();
        assert_eq!(email.as_str(), "a@example.org");
        assert!(Email::parse(email.as_str()) == Some(email));
    }

    #[test]
    fn one_number_written_many_ways_is_one_number() {
        for cell in [
            "01632 960123",
            "(01632) 960 123",
            "+44 1632 960123",
            "+44 (0)1632 960123",
            "0044 1632 960123",
            "01632-960123 ext 4",
            "1632960123",
        ] {
            assert_eq!(phone(cell).as_deref(), Some("01632960123"), "{cell}");
        }
    }

    #[test]
    fn a_label_before_a_number_and_a_note_behind_it_are_left_out() {
        for cell in [
            "Tel: 01632 960123",
            "Home 01632 960123",
            "Office phone: (01632) 960123",
            "01632 960123 fax 01632 960999",
            "Mobile: 01632960123; 01632960999",
        ] {
            assert_eq!(phone(cell).as_deref(), Some("01632960123"), "{cell}");
        }
    }

    #[test]
    fn what_is_no_number_is_missing() {
        for cell in ["", "none", "00000 000000", "ask mum", "123"] {
            assert_eq!(phone(cell), None, "{cell}");
        }
    }

    #[test]
    fn emails_are_folded_and_nonsense_is_missing() {
        assert_eq!(Email::parse(" Ana.Popa@Example.ORG ").unwrap().as_str(), "ana.popa@example.org");
        for cell in ["none", "ana.popa", "a@b", "a b@example.org", "@example.org", "a@@example.org"] {
            assert!(Email::parse(cell).is_none(), "{cell}");
        }
    }
}
