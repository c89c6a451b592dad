//! Who may do what: people in the portal by what they are, programs at the administration
//! API by their scopes. One table each over the same actions, asked before anything is
//! read for a change and again when it is made.

use crate::oauth::scope::ScopeSet;
use crate::org::member::Role;

/// What a person, or a program of the vendor's own, wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Look at an organization, its structure, its services and its clients.
    SeeOrganization,
    /// Look at who belongs to it.
    SeeMembers,
    /// Look at what its clients call.
    SeeUsage,
    /// Look at where a client is used: what single calls of it were and came from, from
    /// where its secrets were used last, from where it may call and whither it leads back.
    SeeCalls,
    /// Look at who changed what in it.
    SeeAudit,
    /// Invite somebody, send an invitation again, or withdraw one.
    Invite,
    /// Give a member another role, or end a membership.
    ChangeMember,
    /// End one's own membership.
    Leave,
    /// Give the organization another name.
    RenameOrganization,
    /// Make an identity client that is the organization's.
    MakeOrganizationClient,
    /// Make an identity client of one's own.
    MakeOwnClient,
    /// Look at one client.
    SeeClient,
    /// Give a client another name, or let it do less.
    ChangeClient,
    /// Let a client do more: other APIs and scopes, ways back, more networks, a longer life.
    WidenClient,
    /// Make, prolong or remove a secret.
    ChangeSecrets,
    /// Disable a client.
    DisableClient,
    /// Enable a client: tokens of it that have not expired live again.
    EnableClient,
    /// Delete a client.
    DeleteClient,
    /// End a connection through which a client acts for somebody else.
    EndConnection,
    /// Look at what is the vendor's own: people, services, keys.
    SeeInstallation,
    /// Enter an organization, say what its contract opens, or below which one it stands:
    /// whoever administers that one administers it as well.
    SetContract,
    /// Everything else that is the vendor's own: people, services, keys.
    Operate,
}

/// Every action, for tables.
pub const ACTIONS: [Action; 22] = [
    Action::SeeOrganization,
    Action::SeeMembers,
    Action::SeeUsage,
    Action::SeeCalls,
    Action::SeeAudit,
    Action::Invite,
    Action::ChangeMember,
    Action::Leave,
    Action::RenameOrganization,
    Action::MakeOrganizationClient,
    Action::MakeOwnClient,
    Action::SeeClient,
    Action::ChangeClient,
    Action::WidenClient,
    Action::ChangeSecrets,
    Action::DisableClient,
    Action::EnableClient,
    Action::DeleteClient,
    Action::EndConnection,
    Action::SeeInstallation,
    Action::SetContract,
    Action::Operate,
];

/// What a person is with respect to what they want to change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// One of the vendor's own staff.
    pub operator: bool,
    /// What they are in the organization: the greatest of their roles there and above.
    /// None: they do not reach it.
    pub role: Option<Role>,
    /// The client is the person's own.
    pub owns: bool,
    /// The client is another person's: whoever belongs to one of the organizations that
    /// this person belongs to may look at it, no more, and not at where it is used.
    pub of_another: bool,
}

/// True when a person may do this.
pub fn may(standing: Standing, action: Action) -> bool {
    let is_admin = standing.role == Some(Role::Admin);
    let is_member = standing.role.is_some();
    match action {
        _ if standing.operator => true,
        Action::SeeInstallation | Action::SetContract | Action::Operate => false,
        Action::SeeOrganization | Action::MakeOwnClient | Action::Leave => is_member,
        Action::SeeMembers | Action::SeeUsage => is_member,
        // Another person's calls may be about organizations that are nothing to whoever
        // looks, and addresses tell where that person was.
        Action::SeeCalls => standing.owns || (is_member && !standing.of_another),
        Action::SeeAudit => is_admin,
        Action::Invite
        | Action::ChangeMember
        | Action::RenameOrganization
        | Action::MakeOrganizationClient => is_admin,
        Action::SeeClient => standing.owns || is_member,
        Action::ChangeClient
        | Action::WidenClient
        | Action::ChangeSecrets
        | Action::DisableClient
        | Action::EnableClient
        | Action::DeleteClient
        | Action::EndConnection => standing.owns || (is_admin && !standing.of_another),
    }
}

/// The scope with which a program may look at everything that is administered here.
pub const READ: &str = "portreeve:read";
/// The scope with which a program may change it, and look.
pub const ADMIN: &str = "portreeve:admin";

/// The scopes of which a program needs one to do this at the administration API.
pub const fn scopes_for(action: Action) -> &'static [&'static str] {
    match action {
        Action::SeeOrganization
        | Action::SeeMembers
        | Action::SeeUsage
        | Action::SeeCalls
        | Action::SeeAudit
        | Action::SeeClient
        | Action::SeeInstallation => &[READ, ADMIN],
        Action::Invite
        | Action::ChangeMember
        | Action::RenameOrganization
        | Action::MakeOrganizationClient
        | Action::ChangeClient
        | Action::WidenClient
        | Action::ChangeSecrets
        | Action::DisableClient
        | Action::EnableClient
        | Action::DeleteClient
        | Action::EndConnection
        | Action::SetContract
        | Action::Operate => &[ADMIN],
        // A program is nobody: it belongs nowhere and has no client of its own.
        Action::Leave | Action::MakeOwnClient => &[],
    }
}

/// True when a program whose token has these scopes may do this at the administration API.
pub fn program_may(scopes: &ScopeSet, action: Action) -> bool {
    scopes_for(action).iter().any(|scope| scopes.contains(scope))
}

/// True when the person must have shown a password lately: before secrets and roles, and
/// before anything gains rights that it had not. Whoever takes some away may be in a hurry.
pub const fn needs_recent_sign_in(action: Action) -> bool {
    matches!(
        action,
        Action::Invite
            | Action::ChangeMember
            | Action::Leave
            | Action::MakeOrganizationClient
            | Action::MakeOwnClient
            | Action::WidenClient
            | Action::ChangeSecrets
            | Action::EnableClient
            | Action::DeleteClient
            | Action::SetContract
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_do_what() {
        let nobody = Standing::default();
        let member = Standing { role: Some(Role::Member), ..nobody };
        let admin = Standing { role: Some(Role::Admin), ..nobody };
        let operator = Standing { operator: true, ..nobody };
        let owner = Standing { owns: true, ..member };
        let gone = Standing { owns: true, ..nobody };
        let visiting = Standing { of_another: true, ..admin };
        let colleague = Standing { of_another: true, ..member };
        // nobody, member, admin, operator, owner, owner who left, admin and member who
        // look at another person's client
        #[rustfmt::skip]
        let table = [
            (Action::SeeOrganization, [false, true,  true,  true, true,  false, true,  true]),
            (Action::SeeMembers, [false, true,  true,  true, true,  false, true,  true]),
            (Action::SeeUsage, [false, true,  true,  true, true,  false, true,  true]),
            (Action::SeeCalls, [false, true,  true,  true, true,  true,  false, false]),
            (Action::SeeAudit, [false, false, true,  true, false, false, true,  false]),
            (Action::Invite, [false, false, true,  true, false, false, true,  false]),
            (Action::ChangeMember, [false, false, true,  true, false, false, true,  false]),
            (Action::Leave, [false, true,  true,  true, true,  false, true,  true]),
            (Action::RenameOrganization, [false, false, true,  true, false, false, true,  false]),
            (Action::MakeOrganizationClient, [false, false, true,  true, false, false, true,  false]),
            (Action::MakeOwnClient, [false, true,  true,  true, true,  false, true,  true]),
            (Action::SeeClient, [false, true,  true,  true, true,  true,  true,  true]),
            (Action::ChangeClient, [false, false, true,  true, true,  true,  false, false]),
            (Action::WidenClient, [false, false, true,  true, true,  true,  false, false]),
            (Action::ChangeSecrets, [false, false, true,  true, true,  true,  false, false]),
            (Action::DisableClient, [false, false, true,  true, true,  true,  false, false]),
            (Action::EnableClient, [false, false, true,  true, true,  true,  false, false]),
            (Action::DeleteClient, [false, false, true,  true, true,  true,  false, false]),
            (Action::EndConnection, [false, false, true,  true, true,  true,  false, false]),
            (Action::SeeInstallation, [false, false, false, true, false, false, false, false]),
            (Action::SetContract, [false, false, false, true, false, false, false, false]),
            (Action::Operate, [false, false, false, true, false, false, false, false]),
        ];
        let who = [nobody, member, admin, operator, owner, gone, visiting, colleague];
        assert_eq!(table.len(), ACTIONS.len());
        for ((action, expected), listed) in table.into_iter().zip(ACTIONS) {
            assert_eq!(action, listed);
            for (standing, expected) in who.into_iter().zip(expected) {
                assert_eq!(may(standing, action), expected, "{action:?} {standing:?}");
            }
        }
    }

    #[test]
    fn what_a_program_may_do() {
        let scopes = |text: &str| ScopeSet::parse(text).unwrap();
        let who = [
            ScopeSet::default(),
            scopes("portreeve:rea portreeve:administrator admin"),
            scopes("portreeve:read"),
            scopes("portreeve:admin"),
            scopes("portreeve:read portreeve:admin"),
        ];
        // nothing, other scopes, to look, to change, both
        let table = [
            (Action::SeeOrganization, [false, false, true, true, true]),
            (Action::SeeMembers, [false, false, true, true, true]),
            (Action::SeeUsage, [false, false, true, true, true]),
            (Action::SeeCalls, [false, false, true, true, true]),
            (Action::SeeAudit, [false, false, true, true, true]),
            (Action::Invite, [false, false, false, true, true]),
            (Action::ChangeMember, [false, false, false, true, true]),
            (Action::Leave, [false, false, false, false, false]),
            (Action::RenameOrganization, [false, false, false, true, true]),
            (Action::MakeOrganizationClient, [false, false, false, true, true]),
            (Action::MakeOwnClient, [false, false, false, false, false]),
            (Action::SeeClient, [false, false, true, true, true]),
            (Action::ChangeClient, [false, false, false, true, true]),
            (Action::WidenClient, [false, false, false, true, true]),
            (Action::ChangeSecrets, [false, false, false, true, true]),
            (Action::DisableClient, [false, false, false, true, true]),
            (Action::EnableClient, [false, false, false, true, true]),
            (Action::DeleteClient, [false, false, false, true, true]),
            (Action::EndConnection, [false, false, false, true, true]),
            (Action::SeeInstallation, [false, false, true, true, true]),
            (Action::SetContract, [false, false, false, true, true]),
            (Action::Operate, [false, false, false, true, true]),
        ];
        assert_eq!(table.map(|(action, _)| action), ACTIONS);
        for (action, expected) in table {
            for (scopes, expected) in who.iter().zip(expected) {
                assert_eq!(program_may(scopes, action), expected, "{action:?} {scopes}");
            }
        }
    }

    #[test]
    fn secrets_roles_and_more_rights_ask_for_the_password_again() {
        let asking = [
            Action::Invite,
            Action::ChangeMember,
            Action::Leave,
            Action::MakeOrganizationClient,
            Action::MakeOwnClient,
            Action::WidenClient,
            Action::ChangeSecrets,
            Action::EnableClient,
            Action::DeleteClient,
            Action::SetContract,
        ];
        let found = ACTIONS.into_iter().filter(|action| needs_recent_sign_in(*action));
        assert_eq!(found.collect::<Vec<_>>(), asking);
    }
}
