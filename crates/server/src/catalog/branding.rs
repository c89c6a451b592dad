//! The vendor's name, colours, logo and fonts, opened and checked: what the pages wear.

pub mod file;
mod logo;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use portreeve_core::branding::accent::{Accent, Tones};

use crate::catalog::branding::file::{AssetFile, Kind};
use crate::config::Config;
use crate::config::branding::{BrandingConfig, Links};
use crate::config::fault::ConfigFault;

pub use crate::catalog::branding::logo::Logo;

/// The largest logo and the largest font, in bytes.
const LARGEST: u64 = 200 * 1024;
/// The accent that comes along.
const OWN_ACCENT: &str = "#0b5a7c";
const FLAG: &str = include_str!("../../assets/flag.svg");

/// What the pages wear.
#[derive(Clone, Debug, Default)]
pub struct Branding {
    /// What the vendor is called.
    pub name: Option<String>,
    /// What mails are drawn in, if not in the accent that comes along.
    pub accent: Option<Accent>,
    /// The logo, for light pages.
    pub logo: Option<Logo>,
    /// The logo for dark pages, where there is another.
    pub logo_dark: Option<Logo>,
    /// Where the foot of a page leads.
    pub links: Links,
    /// Where "Ask for access" leads.
    pub support: Option<String>,
    /// The path of the stylesheet that follows ours, if anything differs.
    pub stylesheet: Option<String>,
    /// The path of the sign that browsers show beside a page's title.
    pub flag: String,
    /// The paths of the fonts.
    pub fonts: Vec<String>,
    files: Vec<Arc<AssetFile>>,
}

impl Branding {
    /// Opens what `[branding]` names.
    pub(super) fn load(config: &Config, faults: &mut Vec<ConfigFault>) -> Self {
        let section = &config.branding;
        let mut opened = Opened { config, faults, files: Vec::new() };
        let logo = opened.logo("logo", section.logo.as_deref());
        let logo_dark = opened.logo("logo_dark", section.logo_dark.as_deref());
        let text = opened.font("font_text", section.font_text.as_deref());
        let mono = opened.font("font_mono", section.font_mono.as_deref());
        let mut files = opened.files;
        let css = stylesheet(section, text.as_deref(), mono.as_deref());
        let stylesheet = css.map(|css| AssetFile::new(Kind::Css, css.into_bytes()));
        let flag = AssetFile::new(Kind::Svg, flag(section).into_bytes());
        let branding = Self {
            name: section.name.clone(),
            accent: section.accent.map(|(_, accent)| accent),
            logo,
            logo_dark,
            links: section.links.clone(),
            support: section.support.clone(),
            stylesheet: stylesheet.as_ref().map(|file| file.path().to_owned()),
            flag: flag.path().to_owned(),
            fonts: [text, mono].into_iter().flatten().collect(),
            files: Vec::new(),
        };
        files.extend(stylesheet);
        files.push(flag);
        Self { files: files.into_iter().map(Arc::new).collect(), ..branding }
    }

    /// The file at this path, if it is one of ours.
    pub fn file(&self, path: &str) -> Option<&AssetFile> {
        self.files.iter().find(|file| file.path() == path).map(|file| &**file)
    }
}

/// The files on their way.
struct Opened<'a> {
    config: &'a Config,
    faults: &'a mut Vec<ConfigFault>,
    files: Vec<AssetFile>,
}

impl Opened<'_> {
    fn logo(&mut self, key: &'static str, path: Option<&Path>) -> Option<Logo> {
        let bytes = self.read(key, path?)?;
        match logo::read(bytes) {
            Ok((logo, file)) => {
                self.files.push(file);
                Some(logo)
            }
            Err(what) => self.fault(key, what),
        }
    }

    /// The path under which the font is served.
    fn font(&mut self, key: &'static str, path: Option<&Path>) -> Option<String> {
        let bytes = self.read(key, path?)?;
        // W3C WOFF File Format 2.0 §4: the signature.
        if !bytes.starts_with(b"wOF2") {
            return self.fault(key, "this is no WOFF2 file");
        }
        let file = AssetFile::new(Kind::Woff2, bytes);
        let path = file.path().to_owned();
        self.files.push(file);
        Some(path)
    }

    fn read(&mut self, key: &'static str, path: &Path) -> Option<Vec<u8>> {
        let size = std::fs::metadata(path).map(|found| found.len());
        let read = match size {
            Ok(size) if size > LARGEST => {
                return self
                    .fault(key, "the file is larger than 200 KiB: every page would wait for it");
            }
            Ok(_) => std::fs::read(path),
            Err(error) => Err(error),
        };
        match read {
            Ok(bytes) => Some(bytes),
            Err(error) => self.fault(key, &format!("{} cannot be read: {error}", path.display())),
        }
    }

    fn fault<T>(&mut self, key: &str, what: &str) -> Option<T> {
        let line = self.config.branding.lines.as_ref().and_then(|lines| lines.of(key));
        self.faults.push(self.config.fault(line, format!("branding.{key}: {what}")));
        None
    }
}

/// The sign in the vendor's accent.
fn flag(section: &BrandingConfig) -> String {
    match &section.accent {
        Some((_, Accent { light: Tones { accent, on_accent, .. }, .. })) => {
            FLAG.replace(OWN_ACCENT, &accent.to_string()).replace("#fff", &on_accent.to_string())
        }
        None => FLAG.to_owned(),
    }
}

/// What the vendor's pages have otherwise than ours; `None` when there is nothing.
fn stylesheet(section: &BrandingConfig, text: Option<&str>, mono: Option<&str>) -> Option<String> {
    let mut css = String::new();
    for (family, path) in [("Vendor Text", text), ("Vendor Mono", mono)] {
        let Some(path) = path else { continue };
        let _ = write!(
            css,
            "@font-face{{font-family:\"{family}\";src:url(\"{path}\") format(\"woff2\");\
             font-weight:100 900;font-display:swap}}"
        );
    }
    let mut tokens = String::new();
    if let Some((_, Accent { light, dark })) = &section.accent {
        for (token, light, dark) in [
            ("accent", light.accent, dark.accent),
            ("on-accent", light.on_accent, dark.on_accent),
            ("accent-soft", light.soft, dark.soft),
            ("accent-line", light.line, dark.line),
            ("bar", light.bar, dark.bar),
        ] {
            let _ = write!(tokens, "--{token}:light-dark({light},{dark});");
        }
    }
    if text.is_some() {
        tokens.push_str(
            "--text:\"Vendor Text\",system-ui,\"Segoe UI\",Roboto,\"Helvetica Neue\",sans-serif;",
        );
    }
    if mono.is_some() {
        tokens.push_str(
            "--mono:\"Vendor Mono\",ui-monospace,\"SF Mono\",\"Cascadia Mono\",Menlo,Consolas,monospace;",
        );
    }
    (!tokens.is_empty()).then(|| format!("{css}:root{{{tokens}}}\n"))
}

#[cfg(test)]
mod tests;
