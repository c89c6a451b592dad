//! The id that every answer, log line and audit fact of one request share.
//!
//! It names a request and guards nothing: whoever knows one can guess the next.
//! An `X-Request-Id` that a caller sends is the caller's own and never becomes
//! ours, so nobody can write another request's id into the logs.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use http::HeaderValue;
use portreeve_core::secret::Entropy;

/// The response header that carries the id, in the spelling HTTP/2 asks for.
pub const HEADER: &str = "x-request-id";

/// Where ids come from: 64 random bits per process and a 64-bit counter, so an
/// id costs one atomic addition and no randomness.
#[derive(Debug)]
pub struct RequestIds {
    process: u64,
    next: AtomicU64,
}

impl RequestIds {
    /// A source with its own prefix. The counter starts at a random place, so an
    /// id does not tell how many requests came before.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let (mut process, mut first) = ([0; 8], [0; 8]);
        entropy.fill(&mut process);
        entropy.fill(&mut first);
        let next = AtomicU64::new(u64::from_be_bytes(first));
        Self { process: u64::from_be_bytes(process), next }
    }

    /// The next id. It differs from every other of this process until the
    /// counter has gone round (2^64 requests).
    pub fn next(&self) -> RequestId {
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        let id = (u128::from(self.process) << 64) | u128::from(count);
        let mut text = [0; 32];
        for (at, digit) in text.iter_mut().enumerate() {
            let nibble = (id >> (124 - 4 * at)) & 0xf;
            *digit = char::from_digit(nibble as u32, 16).map_or(b'0', |digit| digit as u8);
        }
        RequestId(text)
    }
}

/// A request's id: 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId([u8; 32]);

impl RequestId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl From<RequestId> for HeaderValue {
    fn from(id: RequestId) -> Self {
        Self::from_bytes(&id.0).unwrap_or(Self::from_static(""))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn seed(byte: u8) -> impl Entropy {
        move |bytes: &mut [u8]| bytes.fill(byte)
    }

    #[test]
    fn ids_are_hexadecimal_and_differ() {
        let ids = RequestIds::new(&seed(0xff));
        let some: Vec<_> = (0..1000).map(|_| ids.next()).collect();
        assert_eq!(some[0].as_str(), "ffffffffffffffffffffffffffffffff");
        assert_eq!(some[1].as_str(), "ffffffffffffffff0000000000000000", "the counter goes round");
        assert_eq!(some.iter().collect::<HashSet<_>>().len(), 1000);
    }

    #[test]
    fn processes_differ_and_headers_carry_the_same_text() {
        let (one, two) = (RequestIds::new(&seed(1)).next(), RequestIds::new(&seed(2)).next());
        assert_ne!(one, two);
        assert_eq!(HeaderValue::from(one), one.as_str());
    }
}
