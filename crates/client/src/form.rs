//! `application/x-www-form-urlencoded`, writing only (RFC 6749 Appendix B).

/// Appends one name and its value.
pub(crate) fn append(form: &mut String, name: &str, value: &str) {
    if !form.is_empty() {
        form.push('&');
    }
    form.push_str(&encoded(name));
    form.push('=');
    form.push_str(&encoded(value));
}

/// The text, form-encoded.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_written_as_appendix_b_shows() {
        // RFC 6749 Appendix B has this very example.
        assert_eq!(encoded(" %&+£€"), "+%25%26%2B%C2%A3%E2%82%AC");
        let mut form = String::new();
        append(&mut form, "scope", "crew_read crew_import");
        append(&mut form, "a=b", "é");
        assert_eq!(form, "scope=crew_read+crew_import&a%3Db=%C3%A9");
    }
}
