//! The register of everything that can be asked: the `operationId`s of the document, each
//! with the function that answers it, and what it does in the core's table of who may do
//! what. A test holds the three together.

use portreeve_core::org::permission::Action;

use crate::admin::answer::Answer;
use crate::admin::asked::Asked;
use crate::admin::problem::Problem;
use crate::admin::{
    clients, connections, installation, invitations, looks, memberships, node, organizations,
    refusals, secrets, sessions, users,
};

macro_rules! operations {
    ($($id:literal => $answer:expr, $action:ident;)*) => {
        /// Every operation, by its id.
        pub const ALL: &[&str] = &[$($id,)*];

        /// What an operation does, for whoever says who may; `None` when there is no such one.
        pub(super) fn action(id: &str) -> Option<Action> {
            match id {
                $($id => Some(Action::$action),)*
                _ => None,
            }
        }

        /// Answers an operation; `None` when there is no such one.
        pub(super) async fn answer(
            id: &str,
            asked: &mut Asked<'_>,
        ) -> Option<Result<Answer, Problem>> {
            // On the heap: together they would be one large future.
            match id {
                $($id => Some(Box::pin($answer(asked)).await),)*
                _ => None,
            }
        }
    };
}

operations! {
    "listOrganizations" => organizations::list, SeeOrganization;
    "createOrganization" => organizations::create, SetContract;
    "ensureOrganization" => organizations::ensure, SetContract;
    "getOrganization" => organizations::find, SeeOrganization;
    "changeOrganization" => organizations::change, SetContract;
    "listMemberships" => memberships::list, SeeMembers;
    "setMembership" => memberships::set, ChangeMember;
    "endMembership" => memberships::end, ChangeMember;
    "listInvitations" => invitations::list, SeeMembers;
    "invite" => invitations::invite, Invite;
    "withdrawInvitation" => invitations::withdraw, Invite;
    "listUsers" => users::list, SeeInstallation;
    "createUser" => users::create, Operate;
    "getUser" => users::find, SeeInstallation;
    "ensureUser" => users::ensure, Operate;
    "changeUser" => users::change, Operate;
    "listMembershipsOfUser" => memberships::list_of_user, SeeMembers;
    "listSessions" => sessions::list, SeeInstallation;
    "endSessions" => sessions::end_all, Operate;
    "endSession" => sessions::end, Operate;
    "listClients" => clients::list, SeeClient;
    "createClient" => clients::create, MakeOrganizationClient;
    "getClient" => clients::find, SeeClient;
    "ensureClient" => clients::ensure, MakeOrganizationClient;
    "changeClient" => clients::change, WidenClient;
    "deleteClient" => clients::delete, DeleteClient;
    "disableClient" => clients::disable, DisableClient;
    "enableClient" => clients::enable, EnableClient;
    "rotateClient" => secrets::rotate, ChangeSecrets;
    "changeSecret" => secrets::change, ChangeSecrets;
    "removeSecret" => secrets::remove, ChangeSecrets;
    "listSecretDays" => looks::secret_days, SeeUsage;
    "listConnections" => connections::list, SeeClient;
    "endConnection" => connections::end, EndConnection;
    "getUsage" => looks::usage, SeeUsage;
    "listRefusals" => refusals::by_reason, SeeUsage;
    "explainRefusal" => refusals::find, SeeCalls;
    "listFacts" => looks::facts, SeeAudit;
    "listServices" => installation::services, SeeInstallation;
    "listDialects" => node::dialects, SeeInstallation;
    "getDialect" => node::find_dialect, SeeInstallation;
    "listLicences" => node::licences, SeeInstallation;
    "getTotals" => node::totals, SeeInstallation;
    "getNode" => node::node, SeeInstallation;
    "listKeys" => installation::list_keys, SeeInstallation;
    "rotateKey" => installation::rotate_key, Operate;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use portreeve_core::org::permission::{ADMIN, READ, scopes_for};
    use portreeve_core::policy::openapi;
    use portreeve_core::policy::route::Security;

    use super::*;
    use crate::catalog::own::DOCUMENT;

    #[test]
    fn the_document_and_the_register_are_the_same() {
        let api = openapi::read(DOCUMENT).unwrap();
        let described: BTreeSet<&str> =
            api.routes.operations().iter().map(|one| &*one.id).collect();
        let answered: BTreeSet<&str> = ALL.iter().copied().collect();
        assert_eq!(described, answered);
        assert_eq!(ALL.len(), answered.len(), "each stands once");
    }

    #[test]
    fn the_document_asks_for_the_scopes_of_the_table() {
        let api = openapi::read(DOCUMENT).unwrap();
        for operation in api.routes.operations() {
            let Security::AnyOf(choices) = &operation.security else {
                panic!("{} is public", operation.id)
            };
            let scopes: Vec<&str> = choices.iter().map(|choice| choice.as_str()).collect();
            let action = action(&operation.id).unwrap();
            assert_eq!(scopes, scopes_for(action), "{}", operation.id);
            let looks = scopes_for(action).contains(&READ);
            assert_eq!(looks, operation.method.name() == "GET", "{}", operation.id);
        }
        let offered: Vec<&str> = api.scopes.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(offered, [READ, ADMIN]);
    }
}
