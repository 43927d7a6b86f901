//! Components of what edges and decisions connect.

use super::{super::Grouped, place_number};

/// Union-find over places.
pub(super) struct Roots(Vec<u32>);

impl Roots {
    pub(super) fn new(size: usize) -> Self {
        Self((0..size).map(place_number).collect())
    }

    fn of(&mut self, place: u32) -> u32 {
        let mut root = place;
        while self.0[root as usize] != root {
            let above = self.0[self.0[root as usize] as usize];
            self.0[root as usize] = above;
            root = above;
        }
        root
    }

    pub(super) fn join(&mut self, left: u32, right: u32) {
        let (one, other) = (self.of(left), self.of(right));
        self.0[one.max(other) as usize] = one.min(other);
    }

    /// The components, now that all is joined.
    pub(super) fn components(mut self) -> Components {
        // A root is the lowest place of its component, so those before a place lead to theirs in one step.
        for place in 0..self.0.len() {
            self.0[place] = self.0[self.0[place] as usize];
        }
        let roots = self.0;
        let members = Grouped::new(roots.len(), || (0..).zip(&roots).map(|(place, root)| (*root as usize, place)));
        Components { roots, members }
    }
}

/// Which places are connected. A component is known by its root, the lowest of its places.
pub(super) struct Components {
    roots: Vec<u32>,
    members: Grouped<u32>,
}

impl Components {
    /// Every component's root, in order, with its members in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &[u32])> {
        self.members.iter().enumerate().filter(|(_, members)| !members.is_empty())
    }

    /// What lies within components, by their roots, in the order given; what leads from one to another is left out.
    pub(super) fn inner<Item: Copy>(&self, items: &[Item], ends: impl Fn(&Item) -> (u32, u32)) -> Grouped<Item> {
        let within = |item: &Item| {
            let (left, right) = ends(item);
            let (one, other) = (self.roots[left as usize], self.roots[right as usize]);
            (one == other).then_some((one as usize, *item))
        };
        Grouped::new(self.roots.len(), || items.iter().filter_map(within))
    }
}
