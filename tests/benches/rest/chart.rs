//! Draws figures as bars, an SVG on a card of its own, so that it can be read on any page, by day and by night. Called by
//! `main`.

use std::fmt::Write;

use crate::panel::{Bar, Panel, Side, number};

const WIDTH: usize = 880;
const MARGIN: usize = 28;
const COLUMN: usize = 396;
/// Where bars begin within their column.
const BARS: usize = 72;
/// The room for the longest bar; what is left of the column is for its figure.
const LONGEST: f64 = 250.0;
/// Heights: of the chart's head and foot, of a panel's and a group's head, of a bar with the gap below it.
const HEAD: usize = 84;
const FOOT: usize = 36;
const PANEL_HEAD: usize = 48;
const GROUP_HEAD: usize = 22;
const BAR: usize = 18;
const GAP: usize = 10;

const STYLE: &str = "
  .card { fill: #ffffff; stroke: #d0d7de; } text { font: 13px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328; }
  .title { font-size: 19px; font-weight: 600; } .panel { font-size: 15px; font-weight: 600; } .group { font-weight: 600; }
  .note { fill: #59636e; } .json { fill: #c9803a; } .ours { fill: #2f6fd0; }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d; } text { fill: #f0f6fc; } .note { fill: #9198a1; } .json { fill: #d29055; } .ours { fill: #5a9bf5; }
  }
";

/// The chart of all panels, two beside each other, with a line of who was measured, when and where.
pub(crate) fn draw(panels: &[Panel], machine: &str) -> String {
    let mut body = String::new();
    let mut top = HEAD;
    for row in panels.chunks(2) {
        for (column, panel) in row.iter().enumerate() {
            let left = MARGIN + column * (WIDTH - 2 * MARGIN - COLUMN);
            body.push_str(&draw_panel(panel, (left, top)));
        }
        top += row.iter().map(height).max().unwrap_or_default();
    }
    let whole = top + FOOT;
    let (right, bottom, foot) = (WIDTH - 1, whole - 1, whole - 20);
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{whole}" viewBox="0 0 {WIDTH} {whole}" role="img">
<title>The shop by REST and by gRPC</title>
<style>{STYLE}</style>
<rect class="card" x="0.5" y="0.5" width="{right}" height="{bottom}" rx="8"/>
<text class="title" x="{MARGIN}" y="38">The shop by REST and by gRPC</text>
{}{}{body}<text class="note" x="{MARGIN}" y="{foot}">Medians of {machine}</text>
</svg>
"#,
        key((MARGIN, 62), Side::Json, "REST: axum and serde_json"),
        key((MARGIN + 210, 62), Side::Ours, "gRPC: protocall"),
    )
}

/// What a colour means.
fn key((left, line): (usize, usize), side: Side, text: &str) -> String {
    let (top, words) = (line - 10, left + 18);
    let class = class(side);
    format!(
        "<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"11\" height=\"11\" rx=\"2\"/>\n\
         <text x=\"{words}\" y=\"{line}\">{text}</text>\n"
    )
}

fn class(side: Side) -> &'static str {
    match side {
        Side::Json => "json",
        Side::Ours => "ours",
    }
}

fn height(panel: &Panel) -> usize {
    let groups = panel.groups.iter().map(|group| GROUP_HEAD + BAR * group.bars.len() + GAP);
    PANEL_HEAD + groups.sum::<usize>() + GAP
}

fn draw_panel(panel: &Panel, (left, top): (usize, usize)) -> String {
    let mut drawn = String::new();
    let scale = LONGEST / panel.largest();
    push(&mut drawn, ("panel", left, top + 18), panel.title);
    push(&mut drawn, ("note", left, top + 36), panel.note);
    let mut line = top + PANEL_HEAD;
    for group in &panel.groups {
        push(&mut drawn, ("group", left, line + 14), &group.name);
        line += GROUP_HEAD;
        for bar in &group.bars {
            drawn.push_str(&draw_bar(bar, scale, (left, line)));
            line += BAR;
        }
        line += GAP;
    }
    drawn
}

fn draw_bar(bar: &Bar, scale: f64, (left, top): (usize, usize)) -> String {
    let mut drawn = String::new();
    let (length, start) = (bar.figure * scale, left + BARS);
    push(&mut drawn, ("note", left, top + 12), bar.label);
    // Writing to a String cannot fail.
    let _ = writeln!(
        drawn,
        "<rect class=\"{}\" x=\"{start}\" y=\"{top}\" width=\"{length:.1}\" height=\"{}\" rx=\"2\"/>",
        class(bar.side),
        BAR - 3,
    );
    push(&mut drawn, ("figure", start + length as usize + 7, top + 12), &number(bar.figure));
    drawn
}

/// Adds a text; none of ours has what XML would have escaped.
fn push(drawn: &mut String, (class, left, line): (&str, usize, usize), text: &str) {
    let _ = writeln!(drawn, "<text class=\"{class}\" x=\"{left}\" y=\"{line}\">{text}</text>");
}
