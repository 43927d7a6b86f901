//! Stable 64-bit hashes: the same on every machine and in every build, since they are stored.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use siphasher::sip::SipHasher13;

/// Hashes a text for equality tests and blocking keys. The empty text hashes to a value like any other.
pub(crate) fn text(value: &str) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(0x6661_6d69_6c79, 0x636f_6e74_6578_7401);
    hasher.write(value.as_bytes());
    hasher.finish()
}

/// Hashes a few numbers in order; `purpose` keeps numbers of different meanings apart.
pub(crate) fn numbers(purpose: u64, parts: &[u64]) -> u64 {
    let mut state = SipState::new(0x6661_6d69_6c79, purpose);
    for part in parts {
        state.take_in(*part);
    }
    state.finish(parts.len())
}

/// SipHash-1-3 of whole numbers, as `siphasher` computes it of any bytes; a record has a hundred of them.
struct SipState([u64; 4]);

impl SipState {
    fn new(first_key: u64, second_key: u64) -> Self {
        Self([
            first_key ^ 0x736f_6d65_7073_6575,
            second_key ^ 0x646f_7261_6e64_6f6d,
            first_key ^ 0x6c79_6765_6e65_7261,
            second_key ^ 0x7465_6462_7974_6573,
        ])
    }

    fn take_in(&mut self, number: u64) {
        self.0[3] ^= number;
        self.round();
        self.0[0] ^= number;
    }

    fn finish(mut self, numbers: usize) -> u64 {
        self.take_in((numbers as u64 * 8) << 56);
        self.0[2] ^= 0xff;
        for _ in 0..3 {
            self.round();
        }
        self.0.iter().fold(0, |hash, word| hash ^ word)
    }

    fn round(&mut self) {
        let [mut a, mut b, mut c, mut d] = self.0;
        a = a.wrapping_add(b);
        b = b.rotate_left(13) ^ a;
        a = a.rotate_left(32);
        c = c.wrapping_add(d);
        d = d.rotate_left(16) ^ c;
        a = a.wrapping_add(d);
        d = d.rotate_left(21) ^ a;
        c = c.wrapping_add(b);
        b = b.rotate_left(17) ^ c;
        c = c.rotate_left(32);
        self.0 = [a, b, c, d];
    }
}

/// A small number's bits spread over 64, so that sums of such tell what was added: the last steps of `MurmurHash3` (Appleby), whose constants these are.
pub(crate) fn mixed(number: u64) -> u64 {
    let once = (number ^ (number >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let twice = (once ^ (once >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    twice ^ (twice >> 33)
}

/// The upper half of a hash, where 32 bits are enough.
pub(crate) fn upper_half(hash: u64) -> u32 {
    u32::try_from(hash >> 32).expect("a 64-bit number shifted by 32 fits 32 bits")
}

/// A hash as PostgreSQL's bigint holds it: the same bits.
pub(crate) fn as_bigint(hash: u64) -> i64 {
    i64::from_ne_bytes(hash.to_ne_bytes())
}

/// The hash that a bigint holds.
pub(crate) fn of_bigint(value: i64) -> u64 {
    u64::from_ne_bytes(value.to_ne_bytes())
}

/// A map by numbers that are hashes already, or nearly so: what a million records look up a hundred times each.
pub(crate) type HashedMap<Value> = HashMap<u64, Value, BuildHasherDefault<Spread>>;

/// Spreads a number's bits by one multiplication.
#[derive(Default)]
pub(crate) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let mixed = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(of_bigint(number));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_are_hashed_as_their_bytes_are(purpose: u64, parts in prop::collection::vec(any::<u64>(), 0..9)) {
            let mut hasher = SipHasher13::new_with_keys(0x6661_6d69_6c79, purpose);
            for part in &parts {
                hasher.write(&part.to_le_bytes());
            }
            prop_assert_eq!(numbers(purpose, &parts), hasher.finish());
        }
    }

    #[test]
    fn hashes_never_change_since_they_are_stored() {
        assert_eq!(text("smith"), text("smith"));
        assert_ne!(text("smith"), text("smyth"));
        assert_ne!(numbers(1, &[7]), numbers(2, &[7]));
        assert_eq!(mixed(1), 0xb456_bcfc_34c2_cb2c);
        assert_eq!(as_bigint(u64::MAX), -1);
    }
}
