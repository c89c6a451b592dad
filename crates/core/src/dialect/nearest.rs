//! The word that somebody meant.

/// `; did you mean "…"?` with the nearest of the known words, or nothing when none is
/// near.
pub fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let near = known.into_iter().map(|known| (distance(known, word), known));
    match near.min_by_key(|(distance, _)| *distance) {
        Some((distance, known)) if distance * 3 <= known.len().max(3) => {
            format!("; did you mean \"{known}\"?")
        }
        _ => String::new(),
    }
}

/// How many characters must change, or change places with the next, to make one word
/// the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(64).collect();
    let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    let mut before = None;
    for (i, a) in one.chars().take(64).enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let change = at(&row, j) + usize::from(a != *b);
            let mut least = change.min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            let left = j.checked_sub(1).and_then(|left| other.get(left));
            if before == Some(*b) && left == Some(&a) {
                least = least.min(at(&above, j.saturating_sub(1)) + 1);
            }
            next.push(least);
        }
        above = std::mem::replace(&mut row, next);
        before = Some(a);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognised() {
        let known = ["secret_wrong", "scope_unknown", "any"];
        assert_eq!(hint("scope_unkown", known), "; did you mean \"scope_unknown\"?");
        assert_eq!(hint("ani", known), "; did you mean \"any\"?");
        assert_eq!(hint("from", ["form", "json"]), "; did you mean \"form\"?");
        assert_eq!(hint("weather", known), "");
        assert_eq!(hint("", []), "");
    }
}
