//! A frame with two axes to draw lines and bars in.

use std::fmt::Write;

use super::markup::escaped;

/// Room around the frame.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 46.0;

/// A frame with two linear axes.
pub struct Plot {
    width: f64,
    height: f64,
    x: (f64, f64),
    y: (f64, f64),
    drawing: String,
}

impl Plot {
    /// An empty frame of this size over these ranges. An empty range is widened.
    #[must_use]
    pub fn new(size: (f64, f64), x: (f64, f64), y: (f64, f64)) -> Self {
        let wide = |range: (f64, f64)| if range.1 > range.0 { range } else { (range.0 - 0.5, range.0 + 0.5) };
        Self { width: size.0, height: size.1, x: wide(x), y: wide(y), drawing: String::new() }
    }

    /// The place of a value on the horizontal axis.
    #[must_use]
    pub fn across(&self, value: f64) -> f64 {
        LEFT + (value.clamp(self.x.0, self.x.1) - self.x.0) / (self.x.1 - self.x.0) * (self.width - LEFT - RIGHT)
    }

    /// The place of a value on the vertical axis.
    #[must_use]
    pub fn up(&self, value: f64) -> f64 {
        self.height - BOTTOM - (value.clamp(self.y.0, self.y.1) - self.y.0) / (self.y.1 - self.y.0) * (self.height - TOP - BOTTOM)
    }

    /// Draws both axes with marks at the given values and their words.
    pub fn axes(&mut self, x_title: &str, x_marks: &[(f64, String)], y_title: &str, y_marks: &[(f64, String)]) {
        let (left, right, top, bottom) = (LEFT, self.width - RIGHT, TOP, self.height - BOTTOM);
        for (value, word) in y_marks {
            let y = self.up(*value);
            let _ = write!(
                self.drawing,
                "<line class=\"grid\" x1=\"{left}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                left - 6.0,
                y + 4.0,
                escaped(word)
            );
        }
        for (value, word) in x_marks {
            let x = self.across(*value);
            let _ = write!(
                self.drawing,
                "<line class=\"axis\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{bottom}\" y2=\"{:.1}\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                bottom + 5.0,
                bottom + 18.0,
                escaped(word)
            );
        }
        let _ = write!(
            self.drawing,
            "<path class=\"axis\" d=\"M{left} {top}V{bottom}H{right}\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\
             <text transform=\"translate(14 {:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            f64::midpoint(left, right),
            self.height - 8.0,
            escaped(x_title),
            f64::midpoint(top, bottom),
            escaped(y_title)
        );
    }

    /// Draws a line through points, in the style of `class`.
    pub fn line(&mut self, class: &str, points: impl Iterator<Item = (f64, f64)>) {
        let mut path = String::new();
        for (at, (x, y)) in points.enumerate() {
            let _ = write!(path, "{}{:.1} {:.1}", if at == 0 { 'M' } else { 'L' }, self.across(x), self.up(y));
        }
        let _ = write!(self.drawing, "<path class=\"line {class}\" d=\"{path}\"/>");
    }

    /// Draws a bar between two values of the horizontal axis, from the bottom up.
    pub fn bar(&mut self, class: &str, from: f64, to: f64, value: f64) {
        let (x, width) = (self.across(from), self.across(to) - self.across(from));
        let (y, bottom) = (self.up(value), self.up(self.y.0));
        let _ = write!(
            self.drawing,
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{:.1}\"/>",
            (bottom - y).max(0.0)
        );
    }

    /// Draws a dot.
    pub fn dot(&mut self, class: &str, x: f64, y: f64, radius: f64) {
        let _ = write!(self.drawing, "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\"/>", self.across(x), self.up(y));
    }

    /// Draws an upright line at a value, with a word at its head.
    pub fn mark(&mut self, x: f64, word: &str, row: f64) {
        let at = self.across(x);
        let end = at > self.width - 160.0;
        let _ = write!(
            self.drawing,
            "<line class=\"mark\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{:.1}\"/><text class=\"word\" x=\"{:.1}\" y=\"{:.1}\"{}>{}</text>",
            self.height - BOTTOM,
            if end { at - 4.0 } else { at + 4.0 },
            TOP + 10.0 + row * 14.0,
            if end { " text-anchor=\"end\"" } else { "" },
            escaped(word)
        );
    }

    /// Draws a legend above the frame: each class of line or bar with its word.
    pub fn legend(&mut self, entries: &[(&str, &str)]) {
        const SIGN: f64 = 26.0;
        const LETTER: f64 = 6.6;
        let mut x = LEFT;
        for (class, word) in entries {
            let _ = write!(
                self.drawing,
                "<path class=\"line {class}\" d=\"M{x:.1} 12h{SIGN}\"/><text x=\"{:.1}\" y=\"16\">{}</text>",
                x + SIGN + 6.0,
                escaped(word)
            );
            x += SIGN + 6.0 + LETTER * f64::from(u32::try_from(word.chars().count()).unwrap_or(0)) + 14.0;
        }
    }

    /// The drawing so far.
    #[must_use]
    pub fn finish(self) -> String {
        self.drawing
    }
}

/// Marks at round values within a range, about `count` of them.
#[must_use]
pub fn round_marks(range: (f64, f64), count: f64) -> Vec<(f64, String)> {
    let rough = ((range.1 - range.0) / count).max(1e-9);
    let magnitude = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * magnitude).find(|step| *step >= rough).unwrap_or(rough);
    let decimals = if step < 0.1 { 2 } else { usize::from(step < 1.0) };
    let mut marks = Vec::new();
    let mut value = (range.0 / step).ceil() * step;
    while value <= range.1 + step * 1e-6 {
        let shown = if value.abs() < step * 1e-6 { 0.0 } else { value };
        marks.push((shown, format!("{shown:.decimals$}").replace('-', "−")));
        value += step;
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_within_the_range() {
        let marks: Vec<String> = round_marks((-12.0, 31.0), 6.0).into_iter().map(|mark| mark.1).collect();
        assert_eq!(marks, ["−10", "0", "10", "20", "30"]);
        assert_eq!(round_marks((0.0, 1.0), 5.0).len(), 6);
    }

    #[test]
    fn values_lie_within_the_frame() {
        let plot = Plot::new((400.0, 200.0), (0.0, 10.0), (0.0, 1.0));
        assert!((plot.across(0.0) - LEFT).abs() < 1e-9 && (plot.across(99.0) - (400.0 - RIGHT)).abs() < 1e-9);
        assert!((plot.up(1.0) - TOP).abs() < 1e-9 && plot.up(0.0) > plot.up(0.5));
    }
}
