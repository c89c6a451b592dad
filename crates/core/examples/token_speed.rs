//! Prints what minting and inspecting one access token costs, per format, in
//! microseconds of one core: the fastest of many short rounds, so that what else
//! runs on the machine counts little.
//!
//! `cargo run --release -p portreeve-core --example token_speed`

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use portreeve_core::oauth::scope::ScopeSet;
use portreeve_core::org::owner::Owner;
use portreeve_core::secret::MasterKey;
use portreeve_core::text_id::{ClientId, OrganizationId};
use portreeve_core::time::{Timestamp, Ttl};
use portreeve_core::token::compact::{Access, Form, Line, Refresh};
use portreeve_core::token::format::{Algorithm, Alphabet, TokenFormat};
use portreeve_core::token::inspect::Inspector;
use portreeve_core::token::key::{KeyPurpose, KeyRecord};
use portreeve_core::token::key_ring::KeyRing;
use portreeve_core::token::mint::mint;
use portreeve_core::token::record::{AccessToken, Audience, TokenId};

const ISSUER: &str = "https://login.example.com";
const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);
const ROUNDS: usize = 60;

fn main() -> Result<(), Box<dyn Error>> {
    let random = |bytes: &mut [u8]| {
        let _ = SystemRandom::new().fill(bytes);
    };
    let keys = ring(&random)?;
    let token = token(&random)?;
    let alphabets = [Alphabet::Base64url, Alphabet::Alphanumeric, Alphabet::Hex];
    let sealed = alphabets.map(|alphabet| TokenFormat::Sealed { prefix: "at_".into(), alphabet });
    let formats = sealed.into_iter().chain(Algorithm::ALL.map(TokenFormat::Jwt));
    println!("{:<14}{:>12}{:>14}{:>12}", "format", "mint us", "inspect us", "characters");
    for format in formats {
        let (name, known) = match &format {
            TokenFormat::Jwt(algorithm) => (algorithm.as_str(), vec![]),
            TokenFormat::Sealed { prefix, alphabet } => {
                (alphabet_name(*alphabet), vec![(prefix.clone(), *alphabet)])
            }
            TokenFormat::Compact(_) => continue,
        };
        let inspector = Inspector {
            issuer: ISSUER.into(),
            sealed: known,
            compact: Vec::new(),
            refresh: Vec::new(),
        };
        let text = mint(&token, &format, ISSUER, &keys, NOW, &random)?;
        assert_eq!(inspector.inspect(&text, &keys, NOW).as_ref(), Ok(&token));
        let minting = fastest(|| {
            let minted = mint(black_box(&token), &format, ISSUER, &keys, NOW, &random);
            black_box(minted).is_ok()
        });
        let inspecting =
            fastest(|| black_box(inspector.inspect(black_box(&text), &keys, NOW)).is_ok());
        println!("{name:<14}{minting:>12.2}{inspecting:>14.2}{:>12}", text.len());
    }
    compact(&keys)
}

/// Access and refresh tokens of an exact length: `TK` and 44 letters and digits, `*TK`
/// and 47.
fn compact(keys: &KeyRing) -> Result<(), Box<dyn Error>> {
    let key = keys.compact(NOW).ok_or("no sealing key")?;
    let alphabet = Alphabet::Alphanumeric;
    let short = Form { prefix: "TK".into(), length: 46, alphabet };
    let long = Form { prefix: "*TK".into(), length: 50, alphabet };
    let (claims, expires_at, line) = (7, NOW, Line([5; 6]));
    let id = Access { claims, expires_at, line }.id().ok_or("no id")?;
    let refresh = Refresh { claims, expires_at, line, serial: 1 };
    let access_text = key.seal_access(id, &short).ok_or("no room")?;
    let refresh_text = key.seal_refresh(refresh, &long).ok_or("no room")?;
    let rows = [
        (
            "compact",
            fastest(|| key.seal_access(black_box(id), &short).is_some()),
            fastest(|| key.open_access(black_box(&access_text), &short).is_some()),
            access_text.len(),
        ),
        (
            "refresh",
            fastest(|| key.seal_refresh(black_box(refresh), &long).is_some()),
            fastest(|| key.open_refresh(black_box(&refresh_text), &long).is_some()),
            refresh_text.len(),
        ),
    ];
    for (name, minting, inspecting, length) in rows {
        println!("{name:<14}{minting:>12.2}{inspecting:>14.2}{length:>12}");
    }
    Ok(())
}

fn ring(random: &(impl Fn(&mut [u8]) + Send + Sync)) -> Result<KeyRing, Box<dyn Error>> {
    let master = MasterKey::generate(random);
    let purposes = Algorithm::ALL.map(KeyPurpose::Sign).into_iter().chain([KeyPurpose::Seal]);
    let records = purposes
        .map(|purpose| KeyRecord::generate(purpose, NOW, NOW, &master, random))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(KeyRing::open(&records, &master)?)
}

fn token(random: &(impl Fn(&mut [u8]) + Send + Sync)) -> Result<AccessToken, Box<dyn Error>> {
    Ok(AccessToken {
        id: TokenId::generate(random),
        family: None,
        client_id: ClientId::generate(random),
        owner: Owner::Organization(OrganizationId::generate(random)),
        audience: Audience::new("https://api.example.com/crew"),
        scope: ScopeSet::parse("organization_read crew_read crew_import")?,
        organization: None,
        issued_at: NOW,
        expires_at: NOW.plus(Ttl::from_hours(1)),
    })
}

const fn alphabet_name(alphabet: Alphabet) -> &'static str {
    match alphabet {
        Alphabet::Base64url => "base64url",
        Alphabet::Alphanumeric => "alphanumeric",
        Alphabet::Hex => "hex",
    }
}

/// The fastest of rounds of about 4 ms each, in microseconds for one call.
#[expect(clippy::disallowed_methods, reason = "measuring time is what this program is for")]
fn fastest(mut work: impl FnMut() -> bool) -> f64 {
    let mut timed = |count: u32| {
        let start = Instant::now();
        for _ in 0..count {
            assert!(work());
        }
        start.elapsed().as_secs_f64() * 1e6 / f64::from(count)
    };
    let count = (4_000.0 / timed(20)).max(4.0) as u32;
    (0..ROUNDS).map(|_| timed(count)).fold(f64::INFINITY, f64::min)
}
