//! Mails to a relay, over SMTP.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as Encryption, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use portreeve_core::secret::Secret;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::time::timeout;

use crate::config::mail::{Password, Smtp, Tls};
use crate::mail::failure::{Failure, MailError};
use crate::mail::message::Written;

/// How many connections are held, and so how many mails travel at a time.
pub(super) const CONNECTIONS: u32 = 4;
/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(30);
/// How long a connection is kept for the next mail.
const IDLE: Duration = Duration::from_secs(30);
/// For one mail, with whatever the relay thinks about it.
const ONE_MAIL: Duration = Duration::from_secs(120);

/// The relay, and connections to it.
pub(super) struct Relay(AsyncSmtpTransport<Tokio1Executor>);

impl Relay {
    /// Nothing is connected yet. `host` is what we call ourselves (RFC 5321 §4.1.1.1).
    ///
    /// # Errors
    /// [`MailError`] about the name, the authorities or the parameters of TLS.
    pub(super) fn new(
        smtp: &Smtp,
        password: Option<Secret<String>>,
        host: &str,
    ) -> Result<Self, MailError> {
        let bare = smtp.host.trim_start_matches('[').trim_end_matches(']');
        let tls = match smtp.tls {
            Tls::AtOnce => Encryption::Wrapper(parameters(bare, smtp.ca_file.as_deref())?),
            Tls::AfterStartTls => Encryption::Required(parameters(bare, smtp.ca_file.as_deref())?),
            Tls::Never => Encryption::None,
        };
        let pool = PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE);
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(bare)
            .port(smtp.port)
            .tls(tls)
            .hello_name(hello(host))
            .timeout(Some(CONNECT))
            .pool_config(pool);
        if let (Some((user, _)), Some(password)) = (&smtp.user, password) {
            let credentials = Credentials::new(user.clone(), password.expose().clone());
            builder = builder.credentials(credentials);
        }
        Ok(Self(builder.build()))
    }

    /// Hands a mail to the relay.
    pub(super) async fn send(&self, mail: &Written) -> Result<(), Failure> {
        match timeout(ONE_MAIL, self.0.send_raw(&mail.envelope, &mail.bytes)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failure(&error)),
            Err(_) => {
                let what = "the relay said nothing for two minutes".to_owned();
                Err(Failure { may_pass: true, what })
            }
        }
    }
}

/// What a relay of this name must show: a certificate for it, by a public authority or by
/// one of the file's.
fn parameters(host: &str, ca_file: Option<&Path>) -> Result<TlsParameters, MailError> {
    let unusable = |error: lettre::transport::smtp::Error| MailError::Relay(error.to_string());
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = ca_file {
        let pem = authorities(path)?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(unusable)?);
    }
    builder.build().map_err(unusable)
}

/// The file's bytes, in which there is a certificate at least, and none that is broken.
///
/// # Errors
/// [`MailError::Authorities`].
pub(super) fn authorities(path: &Path) -> Result<Vec<u8>, MailError> {
    let wrong = |what: String| MailError::Authorities { path: path.to_owned(), what };
    let pem = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
    }
    match roots.is_empty() {
        true => Err(wrong("it holds no certificate (PEM)".to_owned())),
        false => Ok(pem),
    }
}

/// RFC 5321 §4.1.3: an address is written as one.
fn hello(host: &str) -> ClientId {
    match host.trim_start_matches('[').trim_end_matches(']').parse() {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(host.to_owned()),
    }
}

/// What an error means. A relay's own words may repeat the address: its code is told.
fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    let Some(code) = error.status() else {
        return Failure { may_pass: true, what: error.to_string() };
    };
    // RFC 4954 §6: about who we are, not about this mail; somebody may put that right.
    let is_about_us = matches!(u16::from(code), 530 | 534 | 535 | 538);
    Failure {
        may_pass: is_about_us || !error.is_permanent(),
        what: format!("the relay answered {code}"),
    }
}

/// The password, from where the configuration says.
///
/// # Errors
/// [`MailError`].
pub(super) fn password(
    from: &Password,
    variable: fn(&str) -> Option<String>,
) -> Result<Secret<String>, MailError> {
    let text = match from {
        Password::Variable(name) => {
            variable(name).ok_or_else(|| MailError::PasswordVariable(name.clone()))
        }
        Password::File(path) => std::fs::read_to_string(path)
            .map_err(|error| MailError::PasswordFile { path: path.clone(), error }),
    };
    let text = Secret::new(text?);
    let one = text.expose().trim_end_matches(['\r', '\n']);
    if one.is_empty() || one.contains(['\r', '\n', '\0']) {
        return Err(MailError::Password);
    }
    Ok(Secret::new(one.to_owned()))
}

#[cfg(test)]
mod tests;
