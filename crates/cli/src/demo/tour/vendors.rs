//! The other vendors' part of the tour.

use crate::demo::report::Report;
use crate::demo::tour::shell::{kept, quoted, with_status};
use crate::demo::world::FOREIGN_CLOUD;

/// A token by a JSON body that names the audience; a list that is filtered.
pub(super) fn dataloy(report: &Report) -> String {
    let dataloy = &report.dataloy;
    let body = quoted(&format!(
        r#"{{"client_id":"{}","client_secret":"{}","audience":"{}","grant_type":"client_credentials"}}"#,
        dataloy.client.client_id, dataloy.client.client_secret, dataloy.audience,
    ));
    let ask =
        format!("curl -s -H 'Content-Type: application/json' -d {body} {}", dataloy.token_url);
    let token = kept("TOKEN", &ask, "access_token");
    let bearer = "-H \"Authorization: Bearer $TOKEN\"";
    let cargoes = format!("'{}?filter=subCargos.freight(GTE)2500000&limit=2'", dataloy.cargo_url);
    let dollars = format!("'{}?filter=currencyCode(EQ)USD'", dataloy.currency_url);
    format!(
        "\
6. Dataloy's callers send JSON and name an audience. Cargoes with a freight of 2.5 million, and
one currency:

  {token}
  {cargoes}
  {dollars}

7. Without a token its API says so in seven fields:

  {refused}
",
        cargoes = with_status(&format!("{bearer} {cargoes}")),
        dollars = with_status(&format!("{bearer} {dollars}")),
        refused = with_status(dataloy.currency_url.as_str()),
    )
}

/// A token for a licence, used in the query, and renewed without the secret.
pub(super) fn dqe(report: &Report) -> String {
    let dqe = &report.dqe;
    let (id, secret) = (&dqe.client.client_id, &dqe.client.client_secret);
    let url = |scope: &str| {
        format!("'{}?client_id={id}&client_secret={secret}&scope={scope}'", dqe.token_url)
    };
    let ask = format!("REPLY=$(curl -s {})", url("client_address"));
    let parts = [("TOKEN", "access_token"), ("REFRESH", "refresh_token")]
        .map(|(name, member)| kept(name, "echo \"$REPLY\"", member));
    let [token, refresh] = parts;
    let found = format!("\"{}?Pays=FRA&CodePostal=75001&Licence=$TOKEN\"", dqe.address_url);
    let renewed = format!(
        "-G -d scope=refresh_token -d access_token=\"$TOKEN\" --data-urlencode refresh_token=\"$REFRESH\" {}",
        dqe.token_url
    );
    format!(
        "\
8. DQE's callers ask with a licence code and put the token where older programs have the licence:

  {ask}
  {token}
  {refresh}
  {found}

9. They renew it without the secret. The licence does not cover telephone numbers, which is 400:

  {renewed}
  {unlicensed}
",
        found = with_status(&found),
        renewed = with_status(&renewed),
        unlicensed = with_status(&url(dqe.unlicensed_scope)),
    )
}

/// A person's grant: on the connector's page, and what comes of it.
pub(super) fn dotypos(report: &Report) -> String {
    let dotypos = &report.dotypos;
    let (client, user) = (&dotypos.client, &dotypos.user);
    let page = format!(
        "{}?client_id={}&client_secret={}&scope=*&redirect_uri={}",
        dotypos.connect_v1_url, client.client_id, client.client_secret, dotypos.redirect_uri
    );
    let refresh = dotypos.refresh_token.as_deref().unwrap_or("THE-TOKEN-OF-A-NEW-GRANT");
    let [cloud, _] = dotypos.cloud_ids;
    let ask = format!(
        "curl -s -H 'Authorization: User {refresh}' -H 'Content-Type: application/json' \
         -d '{{\"_cloudId\":{cloud}}}' {}",
        dotypos.signin_url
    );
    let token = kept("TOKEN", &ask, "accessToken");
    let products = |cloud: &str| {
        let url = format!("'{}/{cloud}/products?limit=2'", dotypos.clouds_url);
        with_status(&format!("-H \"Authorization: Bearer $TOKEN\" {url}"))
    };
    format!(
        "\
10. Dotypos's people let applications in. Open this in a browser, and sign in as
{email} with the password {password}:

{page}

What she has granted stands at {issuer}/connections, where she can end it.

11. She has done so once. The application signs in with the refresh token, for one of her clouds;
another's products are refused with 403:

  {token}
  {own}
  {foreign}
",
        issuer = report.issuer,
        email = user.email,
        password = user.password,
        own = products(cloud),
        foreign = products(FOREIGN_CLOUD),
    )
}
