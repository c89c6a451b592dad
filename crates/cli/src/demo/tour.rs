//! What the demo says to try: commands that work as they are pasted, with curl and a
//! shell and nothing else.

mod shell;
mod vendors;

use crate::demo::folder::Folder;
use crate::demo::report::{ClientReport, Portal, Report};
use crate::demo::tour::shell::{kept, quoted, with_status};

/// What is printed once the demo answers.
pub(crate) fn text(report: &Report, folder: &Folder) -> String {
    let issuer = &report.issuer;
    let Portal { url: portal, operator, admin, member } = &report.portal;
    let passwords = [&operator.password, &admin.password, &member.password];
    let [operator_password, admin_password, member_password] = passwords;
    let (operator, admin, member) = (operator.email, admin.email, member.email);
    format!(
        "\
Portreeve's demo answers at {issuer}
All addresses, clients and secrets: {folder}/demo.json
Stop it with Ctrl-C; a second start keeps clients, secrets and keys.

The portal is at {portal}. Sign in there as
{admin} with {admin_password} (an administrator),
{member} with {member_password} (a member), or
{operator} with {operator_password} (staff).

Try the rest in another terminal, from this folder.

{}
{}
{}
{}",
        dualog(report, folder),
        vendors::dataloy(report),
        vendors::dqe(report),
        vendors::dotypos(report),
    )
}

fn dualog(report: &Report, folder: &Folder) -> String {
    let dualog = &report.dualog;
    let program = quoted(&std::env::args().next().unwrap_or_else(|| "portreeve".to_owned()));
    let data = quoted(&folder.to_string());
    let email = dualog.user_email;
    let token = token(dualog.token_url.as_str(), &dualog.organization_client);
    let personal = self::token(dualog.token_url.as_str(), &dualog.user_client);
    let client = &dualog.organization_client.client_id;
    let below = ships(report, dualog.child_organization_id);
    let foreign = ships(report, dualog.foreign_organization_id);
    let foreign_id = dualog.foreign_organization_id;
    format!(
        "\
1. Dualog's callers send a form. A token for the program of Fjordline Shipping Group
({organization}):

  {token}

2. The ships of Fjordline Tankers ({child}), which is below it:

  {below}

3. Skagen Offshore ({foreign_id}) is another customer, so this is refused with 403:

  {foreign}

4. Disable the program. The same token is refused with 401 at once, until you enable it:

  {program} client disable {client} --data {data}
  {below}
  {program} client enable {client} --data {data}

5. A person's program reaches what the person reaches now. Ingrid belongs to {foreign_id}, until
she does not:

  {personal}
  {foreign}
  {program} organization remove-member {foreign_id} {email} --data {data}
  {foreign}
  {program} organization add-member {foreign_id} {email} --data {data}
",
        organization = dualog.organization_id,
        child = dualog.child_organization_id,
    )
}

fn token(url: &str, client: &ClientReport) -> String {
    let ClientReport { client_id, client_secret } = client;
    let ask = format!(
        "curl -s -u {client_id}:{client_secret} -d grant_type=client_credentials \
         -d scope=organization_read {url}"
    );
    kept("TOKEN", &ask, "access_token")
}

fn ships(report: &Report, organization: &str) -> String {
    let url = &report.dualog.ships_url;
    with_status(&format!(
        "-H \"Authorization: Bearer $TOKEN\" '{url}?organizationId={organization}'"
    ))
}
