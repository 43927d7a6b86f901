//! Items laid down by number, without comparing any two: where numbers are places in a list, counting sorts them sooner.

/// Items by number, each number's one behind another in the order given.
pub(crate) struct Grouped<Item> {
    /// Where each number's items end.
    ends: Vec<usize>,
    items: Vec<Item>,
}

impl<Item: Copy> Grouped<Item> {
    /// Lays down what `items` gives, which is asked twice and must give the same; each has a number below `numbers`.
    pub(crate) fn new<Items: Iterator<Item = (usize, Item)>>(numbers: usize, items: impl Fn() -> Items) -> Self {
        let mut ends = vec![0; numbers + 1];
        let mut first = None;
        for (number, item) in items() {
            ends[number + 1] += 1;
            first.get_or_insert(item);
        }
        for number in 0..numbers {
            ends[number + 1] += ends[number];
        }
        // What stands there before its items are laid down does not matter.
        let mut laid_down: Vec<Item> = first.map(|first| vec![first; ends[numbers]]).unwrap_or_default();
        // So far these are where each number's items start; as they are laid down, they move to where they end.
        ends.pop();
        for (number, item) in items() {
            let next = &mut ends[number];
            laid_down[*next] = item;
            *next += 1;
        }
        Self { ends, items: laid_down }
    }

    /// The items of a number.
    pub(crate) fn of(&self, number: usize) -> &[Item] {
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.items[start..self.ends[number]]
    }

    /// The numbers in order, each with its items; those without any have an empty list.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[Item]> {
        (0..self.ends.len()).map(|number| self.of(number))
    }

    /// How many numbers there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_number_has_its_own_items_in_the_order_given(items in prop::collection::vec((0_usize..7, any::<u8>()), 0..40)) {
            let grouped = Grouped::new(7, || items.iter().copied());
            prop_assert_eq!((grouped.len(), grouped.iter().count()), (7, 7));
            for number in 0..7 {
                let own: Vec<u8> = items.iter().filter(|(of, _)| *of == number).map(|(_, item)| *item).collect();
                prop_assert_eq!(grouped.of(number), own.as_slice());
            }
        }
    }
}
