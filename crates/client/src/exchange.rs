//! One request to the token endpoint and its answer, over HTTP/1.1 and TLS.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::aws_lc_rs;

use crate::error::Error;
use crate::reply::Reply;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// The request, ready to be sent as often as needed.
pub(crate) struct Exchange {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    uri: Uri,
    authorization: Option<HeaderValue>,
    body: Bytes,
    timeout: Duration,
    /// What errors call the server.
    pub(crate) endpoint: Arc<str>,
}

impl Exchange {
    /// A request that sends this form. The error is the TLS library's own words.
    pub(crate) fn new(
        uri: Uri,
        authorization: Option<HeaderValue>,
        form: String,
        timeout: Duration,
    ) -> Result<Self, String> {
        let provider = aws_lc_rs::default_provider();
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(provider)
            .map_err(|error| error.to_string())?
            // Whether plain HTTP is allowed was settled when the source was built.
            .https_or_http()
            .enable_http1()
            .build();
        // Hours pass between two requests: an idle connection would only break.
        let client =
            Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector);
        let endpoint = uri.to_string();
        let endpoint = endpoint.split('?').next().unwrap_or_default().into();
        Ok(Self { client, uri, authorization, body: form.into(), timeout, endpoint })
    }

    /// Sends the request once and reads the whole answer. No redirect is followed.
    pub(crate) async fn ask(&self) -> Result<Reply, Error> {
        match tokio::time::timeout(self.timeout, self.send()).await {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(cause)) => {
                Err(Error::Unreachable { endpoint: self.endpoint.clone(), cause: cause.into() })
            }
            Err(_) => {
                Err(Error::TimedOut { endpoint: self.endpoint.clone(), waited: self.timeout })
            }
        }
    }

    async fn send(&self) -> Result<Reply, String> {
        let mut request = Request::post(self.uri.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let request =
            request.body(Full::new(self.body.clone())).map_err(|error| error.to_string())?;
        let response = self.client.request(request).await.map_err(|error| causes(&error))?;
        let wait = response.headers().get(header::RETRY_AFTER);
        let retry_after = wait.and_then(|wait| wait.to_str().ok()?.parse().ok());
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), LONGEST).collect().await;
        let body = body.map_err(|error| causes(&*error))?.to_bytes().to_vec();
        Ok(Reply { status, retry_after, body })
    }
}

/// An error and what lies beneath it: the network's reason stands last.
fn causes(error: &dyn StdError) -> String {
    let mut told = error.to_string();
    let mut beneath = error.source();
    while let Some(cause) = beneath {
        told.push_str(": ");
        told.push_str(&cause.to_string());
        beneath = cause.source();
    }
    told
}
