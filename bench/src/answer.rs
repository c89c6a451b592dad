//! Where an HTTP/1.1 answer ends, and its status: as little parsing as keeps the
//! load honest (RFC 9112 §4, §6.3, §7.1).

/// A whole answer at the beginning of what was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// Where its body begins.
    pub(crate) body_at: usize,
    /// Where it ends, and the next one begins.
    pub(crate) end: usize,
}

/// Reads the answer that `bytes` begin with; `None` while it is not complete.
///
/// # Errors
/// When this is no answer, or its length cannot be told on a connection that stays
/// open.
pub(crate) fn read(bytes: &[u8]) -> Result<Option<Answer>, &'static str> {
    let Some(body_at) = after(bytes, b"\r\n\r\n") else { return Ok(None) };
    let (head, body) = bytes.split_at_checked(body_at).unwrap_or((bytes, &[]));
    let status = status(head).ok_or("the answer is not HTTP/1.1")?;
    let length = match field(head, b"content-length") {
        Some(value) => Some(number(value, 10).ok_or("the answer's length is no number")?),
        None if field(head, b"transfer-encoding").is_some() => chunked_length(body)?,
        None if matches!(status, 204 | 304) => Some(0),
        None => return Err("the answer does not tell its length"),
    };
    let complete = length.filter(|length| *length <= body.len());
    Ok(complete.map(|length| Answer { status, body_at, end: body_at + length }))
}

fn status(head: &[u8]) -> Option<u16> {
    let digits = head.strip_prefix(b"HTTP/1.1 ")?.get(..3)?;
    u16::try_from(number(digits, 10)?).ok()
}

fn field<'h>(head: &'h [u8], name: &[u8]) -> Option<&'h [u8]> {
    head.split(|byte| *byte == b'\n').find_map(|line| {
        let (start, rest) = line.split_at_checked(name.len())?;
        let value = rest.strip_prefix(b":")?;
        start.eq_ignore_ascii_case(name).then(|| value.trim_ascii())
    })
}

/// The length of a chunked body without trailers; `None` while it is incomplete.
fn chunked_length(body: &[u8]) -> Result<Option<usize>, &'static str> {
    let mut at = 0;
    loop {
        let rest = body.get(at..).unwrap_or_default();
        let Some(line) = after(rest, b"\r\n") else { return Ok(None) };
        let digits = rest.get(..line - 2).unwrap_or_default();
        let size = number(digits, 16).ok_or("a chunk's size is no number")?;
        at = at.saturating_add(line).saturating_add(size).saturating_add(2);
        if at > body.len() {
            return Ok(None);
        }
        if size == 0 {
            return Ok(Some(at));
        }
    }
}

fn number(digits: &[u8], radix: u32) -> Option<usize> {
    usize::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}

fn after(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark).map(|at| at + mark.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<Option<(u16, &str)>, &str>) {
        let found = read(text.as_bytes());
        let found = found.map(|answer| answer.map(|a| (a.status, &text[a.body_at..a.end])));
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn an_answer_ends_where_it_says() {
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP", Ok(Some((200, "ok"))));
        check("HTTP/1.1 403 No\r\nA: b\r\ncontent-length:0\r\n\r\n", Ok(Some((403, ""))));
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        check(chunked, Ok(Some((200, "3\r\nabc\r\n0\r\n\r\n"))));
        check("HTTP/1.1 204 No Content\r\n\r\n", Ok(Some((204, ""))));
    }

    #[test]
    fn an_answer_may_come_in_pieces() {
        let whole = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        for end in 0..whole.len() {
            check(&whole[..end], Ok(None));
        }
        check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", Ok(None));
    }

    #[test]
    fn what_is_no_answer_is_a_fault() {
        check("HTTP/2 200\r\n\r\n", Err("the answer is not HTTP/1.1"));
        check("HTTP/1.1 200 OK\r\n\r\n", Err("the answer does not tell its length"));
        check(
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            Err("the answer's length is no number"),
        );
    }
}
