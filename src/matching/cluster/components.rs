//! Components of what edges and decisions connect.

use rayon::prelude::*;

use super::place_number;

/// Union-find over places.
pub(super) struct Roots(Vec<u32>);

impl Roots {
    pub(super) fn new(size: usize) -> Self {
        Self((0..size).map(place_number).collect())
    }

    pub(super) fn of(&mut self, place: u32) -> u32 {
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

    /// Every component with its root, in the order of their roots.
    pub(super) fn components(&mut self) -> Vec<(u32, Vec<u32>)> {
        let mut rooted: Vec<(u32, u32)> = (0..place_number(self.0.len())).map(|place| (self.of(place), place)).collect();
        rooted.par_sort_unstable();
        let members = |component: &[(u32, u32)]| component.iter().map(|(_, place)| *place).collect();
        rooted.chunk_by(|one, other| one.0 == other.0).map(|component| (component[0].0, members(component))).collect()
    }
}

/// What lies within components, sorted by their roots; within one, in the order given.
pub(super) struct Inner<Item> {
    roots: Vec<u32>,
    items: Vec<Item>,
}

impl<Item: Copy + Send> Inner<Item> {
    /// Leaves out what leads from one component to another.
    pub(super) fn new(items: &[Item], roots: &mut Roots, ends: impl Fn(&Item) -> (u32, u32)) -> Self {
        let root_within = |item: &Item| {
            let (left, right) = ends(item);
            let root = roots.of(left);
            (root == roots.of(right)).then_some((root, *item))
        };
        let mut rooted: Vec<(u32, Item)> = items.iter().filter_map(root_within).collect();
        rooted.par_sort_by_key(|(root, _)| *root);
        let (roots, items) = rooted.into_iter().unzip();
        Self { roots, items }
    }

    pub(super) fn of(&self, root: u32) -> &[Item] {
        let from = self.roots.partition_point(|known| *known < root);
        let count = self.roots[from..].iter().take_while(|known| **known == root).count();
        &self.items[from..from + count]
    }
}
