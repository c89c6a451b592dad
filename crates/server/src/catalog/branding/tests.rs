use std::path::Path;

use super::*;

const WHOLE: &str = r##"issuer = "https://id.example.com"
listen = "127.0.0.1:8080"
database = "sqlite:portreeve.db"
[master_key]
file = "master.key"
[branding]
name = "Tillhaven"
accent = "#1d6640"
logo = "logo.svg"
logo_dark = "dark.svg"
font_text = "text.woff2"
links = { help = "https://www.example.com/help?from=portal#top" }
support = "mailto:Help@example.com"
"##;

fn load(folder: &Path, text: &str) -> Result<Branding, Vec<String>> {
    let config = Config::from_text(text, folder).unwrap_or_else(|faults| panic!("{faults:?}"));
    let mut faults = Vec::new();
    let branding = Branding::load(&config, &mut faults);
    if faults.is_empty() {
        Ok(branding)
    } else {
        Err(faults.iter().map(|it| told(it, folder)).collect())
    }
}

fn told(fault: &ConfigFault, folder: &Path) -> String {
    fault.to_string().replace(&format!("{}/", folder.display()), "")
}

#[test]
fn what_a_vendor_names_is_worn() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("logo.svg", "<svg viewBox=\"0 0 40 20\"/>"),
        ("dark.svg", "<svg viewBox=\"0 0 40 20\" class=\"dark\"/>"),
        ("text.woff2", "wOF2…"),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let branding = load(folder.path(), WHOLE).unwrap();
    assert_eq!(branding.name.as_deref(), Some("Tillhaven"));
    assert_eq!(branding.support.as_deref(), Some("mailto:help@example.com"));
    let help = branding.links.help.as_deref();
    assert_eq!(help, Some("https://www.example.com/help?from=portal#top"));
    let (light, dark) = (branding.logo.clone().unwrap(), branding.logo_dark.clone().unwrap());
    assert_ne!(light.path, dark.path);
    assert_eq!((light.width, light.height), (48, 24));
    let css = branding.file(branding.stylesheet.as_ref().unwrap()).unwrap().plain();
    let css = std::str::from_utf8(&css).unwrap();
    assert!(css.contains("--accent:light-dark(#1d6640,#"), "{css}");
    assert!(css.contains(&format!("url(\"{}\")", branding.fonts[0])), "{css}");
    let flag = branding.file(&branding.flag).unwrap().plain();
    assert!(std::str::from_utf8(&flag).unwrap().contains("#1d6640"));
    assert!(branding.file("/assets/logo.svg").is_none());
}

#[test]
fn without_the_section_only_the_flag_is_there() {
    let (plain, _) = WHOLE.split_once("[branding]").unwrap();
    let branding = load(Path::new("/srv"), plain).unwrap();
    assert_eq!((&branding.name, &branding.stylesheet, &branding.logo), (&None, &None, &None));
    assert_eq!(branding.files.len(), 1);
    assert!(branding.file(&branding.flag).is_some());
}

#[test]
fn files_that_are_wrong_are_told_by_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("logo.svg"), "GIF89a").unwrap();
    std::fs::write(folder.path().join("dark.svg"), vec![b' '; 205_000]).unwrap();
    std::fs::write(folder.path().join("text.woff2"), "wOFF").unwrap();
    assert_eq!(
        load(folder.path(), WHOLE).unwrap_err(),
        [
            "portreeve.toml:9: branding.logo: expected an SVG or a PNG file",
            "portreeve.toml:10: branding.logo_dark: the file is larger than 200 KiB: every page would wait for it",
            "portreeve.toml:11: branding.font_text: this is no WOFF2 file",
        ]
    );
    std::fs::remove_file(folder.path().join("logo.svg")).unwrap();
    let faults = load(folder.path(), WHOLE).unwrap_err();
    assert_eq!(
        faults[0],
        "portreeve.toml:9: branding.logo: logo.svg cannot be read: No such file or directory (os error 2)"
    );
}
