//! Commands for a shell, as texts.

/// A request with curl that shows the answer and then its status.
pub(super) fn with_status(arguments: &str) -> String {
    format!("curl -s -w '\\n%{{http_code}}\\n' {arguments}")
}

/// Keeps a member of the JSON that a command prints in a variable.
pub(super) fn kept(variable: &str, command: &str, member: &str) -> String {
    format!("{variable}=$({command} | sed 's/.*\"{member}\":\"\\([^\"]*\\)\".*/\\1/')")
}

/// A word as a shell reads it (POSIX, Shell Command Language §2.2.2).
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (word, expected) in [
            ("target/release/portreeve", "target/release/portreeve"),
            ("", "''"),
            ("my data", "'my data'"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
