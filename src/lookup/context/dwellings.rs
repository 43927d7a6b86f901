//! One dwelling under whichever of its keys: a feed with UPRNs and one without them name the same home.

use std::collections::BTreeMap;

use crate::{domain::Address, matching};

/// The dwellings of some addresses. Two keys that stand on one address are one dwelling, and so are all that hang together by such addresses.
pub(super) struct Dwellings {
    /// From each key to a lower one of the same dwelling; the lowest leads to itself.
    lower: BTreeMap<i64, i64>,
}

impl Dwellings {
    pub(super) fn of<'address>(addresses: impl IntoIterator<Item = &'address Address>) -> Self {
        let mut dwellings = Self { lower: BTreeMap::new() };
        for address in addresses {
            let keys = matching::dwelling_keys(address);
            for pair in keys.windows(2) {
                let (one, other) = (dwellings.lowest(pair[0]), dwellings.lowest(pair[1]));
                dwellings.lower.insert(one.max(other), one.min(other));
            }
        }
        dwellings
    }

    /// The dwelling of an address; `None` where too little is said.
    pub(super) fn find(&self, address: &Address) -> Option<i64> {
        matching::dwelling_keys(address).first().map(|key| self.lowest(*key))
    }

    fn lowest(&self, mut key: i64) -> i64 {
        while let Some(lower) = self.lower.get(&key).filter(|lower| **lower != key) {
            key = *lower;
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Identifier, Postcode};

    fn address(line: &str, uprn: Option<&str>) -> Address {
        let mut address = Address::from_cells([line], Postcode::parse("MB1 1AA"));
        address.uprn = uprn.and_then(Identifier::uprn);
        address
    }

    #[test]
    fn a_home_is_one_with_and_without_its_uprn() {
        let known = [address("1 High Street", Some("990000000001")), address("1 High Street", None), address("2 High Street", None)];
        let dwellings = Dwellings::of(&known);
        assert_eq!(dwellings.find(&known[0]), dwellings.find(&known[1]));
        assert_ne!(dwellings.find(&known[0]), dwellings.find(&known[2]));
    }

    #[test]
    fn two_spellings_with_one_uprn_are_one_home() {
        let known = [
            address("1 High Street", Some("990000000001")),
            address("11 High Street", Some("990000000001")),
            address("11 High Street", None),
        ];
        let dwellings = Dwellings::of(&known);
        assert_eq!(dwellings.find(&known[0]), dwellings.find(&known[2]));
    }
}
