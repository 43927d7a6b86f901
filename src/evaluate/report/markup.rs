//! Small pieces of HTML and SVG: escaped text, tables, figures with their words for people who do not see them.

use std::fmt::Write;

/// Text made safe for HTML and SVG, in content and in quoted attributes.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A table with a caption, column headings, and the first cell of each row as its heading.
#[must_use]
pub fn table(caption: &str, headings: &[&str], rows: &[Vec<String>]) -> String {
    let mut html = format!("<div class=\"scroll\"><table><caption>{}</caption><thead><tr>", escaped(caption));
    for heading in headings {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escaped(heading));
    }
    html.push_str("</tr></thead><tbody>");
    for row in rows {
        html.push_str("<tr>");
        for (at, cell) in row.iter().enumerate() {
            let cell = escaped(cell);
            let _ = if at == 0 { write!(html, "<th scope=\"row\">{cell}</th>") } else { write!(html, "<td>{cell}</td>") };
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
    html
}

/// A chart with its title, what it shows in words, and its figures as a table that opens on demand.
pub struct Figure<'text> {
    /// Unique within the page.
    pub id: &'text str,
    /// What the chart is.
    pub title: &'text str,
    /// What it shows, for people who do not see it and for those who do.
    pub description: &'text str,
    /// Width and height of the drawing.
    pub size: (f64, f64),
    /// The drawing.
    pub drawing: String,
    /// The same as a table.
    pub table: String,
}

impl Figure<'_> {
    /// The figure as HTML.
    #[must_use]
    pub fn html(&self) -> String {
        let (id, title, description) = (self.id, escaped(self.title), escaped(self.description));
        format!(
            "<figure><figcaption><strong>{title}.</strong> {description}</figcaption>\
             <div class=\"scroll\"><svg role=\"img\" aria-labelledby=\"{id}-title {id}-description\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\"><title id=\"{id}-title\">{title}</title><desc id=\"{id}-description\">{description}</desc>\
             {drawing}</svg></div><details><summary>{title}: the figures as a table</summary>{table}</details></figure>",
            width = self.size.0,
            height = self.size.1,
            drawing = self.drawing,
            table = self.table,
        )
    }
}

/// A share as a percentage with two decimals; a dash where there is none.
#[must_use]
pub fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.2}%", share * 100.0))
}

/// Bits with their sign and two decimals.
#[must_use]
pub fn bits(weight: f64) -> String {
    format!("{weight:+.2}").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escaped("<a b=\"c\">&'"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;");
        assert!(table("x", &["h"], &[vec!["<script>".into()]]).contains("&lt;script&gt;"));
    }

    #[test]
    fn a_figure_has_words_for_people_who_do_not_see_it() {
        let html = Figure { id: "f", title: "T", description: "D", size: (10.0, 5.0), drawing: String::new(), table: String::new() }.html();
        assert!(html.contains("role=\"img\" aria-labelledby=\"f-title f-description\""));
        assert!(html.contains("<desc id=\"f-description\">D</desc>"));
    }
}
