//! Colours and type, as `assets/theme` has them. The only place that makes a colour.

use crate::app::Theme;
use eframe::egui::{
    self, Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle,
    ThemePreference, Ui, Visuals, vec2,
};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// The colours of one theme, named by what they are for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens {
    pub(super) bg: Color32,
    pub(super) surface: Color32,
    pub(super) sunken: Color32,
    pub(super) line: Color32,
    pub(super) text: Color32,
    pub(super) muted: Color32,
    pub(super) faint: Color32,
    pub(super) edge: Color32,
    pub(super) accent: Color32,
    pub(super) accent_soft: Color32,
    pub(super) on_accent: Color32,
    pub(super) again: Color32,
    pub(super) hard: Color32,
    pub(super) good: Color32,
    pub(super) easy: Color32,
    pub(super) warn_soft: Color32,
    pub(super) bad_soft: Color32,
    pub(super) good_soft: Color32,
}

const LIGHT: &str = include_str!("../../assets/theme/light.ron");
const DARK: &str = include_str!("../../assets/theme/dark.ron");

impl Tokens {
    /// Reads a theme. A colour that is missing or cannot be read is magenta: a test keeps that from happening.
    fn read(text: &str) -> Self {
        let colors: BTreeMap<String, String> = ron::from_str(text).unwrap_or_default();
        let color = |name: &str| colors.get(name).and_then(|hex| Color32::from_hex(hex).ok()).unwrap_or(Color32::DEBUG_COLOR);
        Self {
            bg: color("bg"),
            surface: color("surface"),
            sunken: color("sunken"),
            line: color("line"),
            text: color("text"),
            muted: color("muted"),
            faint: color("faint"),
            edge: color("edge"),
            accent: color("accent"),
            accent_soft: color("accent_soft"),
            on_accent: color("on_accent"),
            again: color("again"),
            hard: color("hard"),
            good: color("good"),
            easy: color("easy"),
            warn_soft: color("warn_soft"),
            bad_soft: color("bad_soft"),
            good_soft: color("good_soft"),
        }
    }
}

fn themes() -> &'static [Tokens; 2] {
    static THEMES: OnceLock<[Tokens; 2]> = OnceLock::new();
    THEMES.get_or_init(|| [Tokens::read(LIGHT), Tokens::read(DARK)])
}

/// The colours in force.
pub(super) fn tokens(ui: &Ui) -> Tokens {
    of(ui.visuals().dark_mode)
}

fn of(dark: bool) -> Tokens {
    let [light, dark_tokens] = themes();
    if dark { *dark_tokens } else { *light }
}

/// A weight of Inter, or the monospaced font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Medium,
    Semibold,
    Mono,
}

/// A font in a size.
pub(super) fn font(size: f32, weight: Weight) -> FontId {
    let family = match weight {
        Weight::Regular => FontFamily::Proportional,
        Weight::Medium => FontFamily::Name("medium".into()),
        Weight::Semibold => FontFamily::Name("semibold".into()),
        Weight::Mono => FontFamily::Monospace,
    };
    FontId::new(size, family)
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let files: [(&str, &'static [u8]); 4] = [
        ("inter", include_bytes!("../../assets/fonts/Inter-Regular.otf")),
        ("inter-medium", include_bytes!("../../assets/fonts/Inter-Medium.otf")),
        ("inter-semibold", include_bytes!("../../assets/fonts/Inter-SemiBold.otf")),
        ("jetbrains-mono", include_bytes!("../../assets/fonts/JetBrainsMono-Regular.ttf")),
    ];
    for (name, bytes) in files {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    // What Inter lacks comes from the fonts egui brings, and then from the system.
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let family = |first: &str| {
        std::iter::once(first.to_owned()).chain(std::iter::once("inter".to_owned())).chain(fallback.clone()).collect::<Vec<_>>()
    };
    fonts.families.insert(FontFamily::Proportional, family("inter"));
    fonts.families.insert(FontFamily::Name("medium".into()), family("inter-medium"));
    fonts.families.insert(FontFamily::Name("semibold".into()), family("inter-semibold"));
    fonts.families.insert(FontFamily::Monospace, family("jetbrains-mono"));
    fonts
}

/// Sets fonts and both themes.
pub(super) fn install(ctx: &Context) {
    ctx.set_fonts(fonts());
    ctx.set_style_of(egui::Theme::Light, style(false));
    ctx.set_style_of(egui::Theme::Dark, style(true));
}

/// Follows the learner's choice. Where the system says nothing it is light.
pub(super) fn choose(ctx: &Context, theme: Theme, reduce_motion: bool) {
    ctx.options_mut(|options| options.fallback_theme = egui::Theme::Light);
    ctx.set_theme(match theme {
        Theme::System => ThemePreference::System,
        Theme::Light => ThemePreference::Light,
        Theme::Dark => ThemePreference::Dark,
    });
    let seconds = if reduce_motion { 0.0 } else { 0.1 };
    ctx.all_styles_mut(|style| style.animation_time = seconds);
}

fn style(dark: bool) -> Style {
    let tokens = of(dark);
    let mut style = Style { visuals: visuals(dark, tokens), ..Style::default() };
    style.text_styles = [
        (TextStyle::Heading, font(24.0, Weight::Semibold)),
        (TextStyle::Body, font(14.0, Weight::Regular)),
        (TextStyle::Button, font(14.0, Weight::Medium)),
        (TextStyle::Small, font(12.5, Weight::Regular)),
        (TextStyle::Monospace, font(13.0, Weight::Mono)),
    ]
    .into();
    style.spacing.item_spacing = vec2(8.0, 6.0);
    style.spacing.button_padding = vec2(12.0, 7.0);
    style.spacing.interact_size = vec2(24.0, 28.0);
    style.spacing.window_margin = Margin::same(24);
    style.spacing.scroll.floating = true;
    style.interaction.selectable_labels = false;
    style
}

fn visuals(dark: bool, tokens: Tokens) -> Visuals {
    let mut visuals = if dark { Visuals::dark() } else { Visuals::light() };
    let radius = CornerRadius::same(8);
    visuals.override_text_color = None;
    visuals.panel_fill = tokens.bg;
    visuals.window_fill = tokens.surface;
    visuals.window_stroke = Stroke::new(1.0, tokens.line);
    visuals.window_corner_radius = CornerRadius::same(12);
    visuals.menu_corner_radius = radius;
    visuals.extreme_bg_color = tokens.surface;
    visuals.text_edit_bg_color = Some(tokens.surface);
    visuals.code_bg_color = tokens.sunken;
    visuals.faint_bg_color = tokens.sunken;
    visuals.hyperlink_color = tokens.accent;
    visuals.warn_fg_color = tokens.hard;
    visuals.error_fg_color = tokens.again;
    visuals.weak_text_color = Some(tokens.muted);
    visuals.selection.bg_fill = tokens.accent_soft;
    visuals.selection.stroke = Stroke::new(1.5, tokens.accent);
    visuals.window_shadow = Shadow::NONE;
    visuals.popup_shadow = Shadow::NONE;
    visuals.slider_trailing_fill = true;
    let widgets = &mut visuals.widgets;
    for state in [&mut widgets.noninteractive, &mut widgets.inactive, &mut widgets.hovered, &mut widgets.active, &mut widgets.open] {
        state.corner_radius = radius;
        state.fg_stroke = Stroke::new(1.0, tokens.text);
        state.bg_fill = tokens.surface;
        state.weak_bg_fill = tokens.surface;
        state.bg_stroke = Stroke::new(1.0, tokens.edge);
        state.expansion = 0.0;
    }
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, tokens.line);
    widgets.hovered.weak_bg_fill = tokens.sunken;
    widgets.hovered.bg_fill = tokens.sunken;
    widgets.active.weak_bg_fill = tokens.sunken;
    widgets.active.bg_stroke = Stroke::new(2.0, tokens.accent);
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast as WCAG 2.2 defines them.
    fn luminance(color: Color32) -> f32 {
        let linear = |channel: u8| {
            let share = f32::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    }

    fn contrast(a: Color32, b: Color32) -> f32 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn the_measure_is_the_published_one() {
        assert!((contrast(Color32::WHITE, Color32::BLACK) - 21.0).abs() < 0.01);
    }

    #[test]
    fn every_text_can_be_read_and_every_control_seen() {
        for (name, t) in [("light", of(false)), ("dark", of(true))] {
            for (surface, ground) in [("bg", t.bg), ("surface", t.surface), ("sunken", t.sunken)] {
                for (word, color) in [("text", t.text), ("muted", t.muted), ("faint", t.faint)] {
                    assert!(contrast(color, ground) >= 4.5, "{name}: {word} on {surface} is {}", contrast(color, ground));
                }
            }
            for (surface, ground) in [("bg", t.bg), ("surface", t.surface)] {
                assert!(contrast(t.edge, ground) >= 3.0, "{name}: edge on {surface} is {}", contrast(t.edge, ground));
            }
            for (word, color) in [("again", t.again), ("hard", t.hard), ("good", t.good), ("easy", t.easy), ("accent", t.accent)] {
                assert!(contrast(color, t.surface) >= 4.5, "{name}: {word} on surface is {}", contrast(color, t.surface));
                assert!(contrast(color, t.bg) >= 4.5, "{name}: {word} on bg is {}", contrast(color, t.bg));
            }
            for (word, color, ground) in [
                ("right", t.good, t.good_soft),
                ("wrong", t.again, t.bad_soft),
                ("warning", t.hard, t.warn_soft),
                ("chip", t.accent, t.accent_soft),
            ] {
                assert!(contrast(color, ground) >= 4.5, "{name}: {word} on its ground is {}", contrast(color, ground));
                assert!(contrast(t.muted, ground) >= 4.5, "{name}: muted on {word} is {}", contrast(t.muted, ground));
            }
            assert!(contrast(t.on_accent, t.accent) >= 4.5, "{name}: on accent is {}", contrast(t.on_accent, t.accent));
        }
    }

    #[test]
    fn every_token_is_in_both_files() {
        for text in [LIGHT, DARK] {
            let tokens = Tokens::read(text);
            let shown = format!("{tokens:?}");
            assert!(!shown.contains(&format!("{:?}", Color32::DEBUG_COLOR)), "{shown}");
        }
    }
}
