//! The register of everything that can be asked: the `operationId`s of the document, each
//! with the function that answers it. A test holds the two together.

use crate::admin::answer::Answer;
use crate::admin::asked::Asked;
use crate::admin::problem::Problem;
use crate::admin::{
    clients, connections, installation, invitations, looks, memberships, organizations, secrets,
    users,
};

macro_rules! operations {
    ($($id:literal => $answer:expr;)*) => {
        /// Every operation, by its id.
        pub const ALL: &[&str] = &[$($id,)*];

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
    "listOrganizations" => organizations::list;
    "createOrganization" => organizations::create;
    "ensureOrganization" => organizations::ensure;
    "getOrganization" => organizations::find;
    "changeOrganization" => organizations::change;
    "listMemberships" => memberships::list;
    "setMembership" => memberships::set;
    "endMembership" => memberships::end;
    "listInvitations" => invitations::list;
    "invite" => invitations::invite;
    "withdrawInvitation" => invitations::withdraw;
    "listUsers" => users::list;
    "createUser" => users::create;
    "getUser" => users::find;
    "ensureUser" => users::ensure;
    "changeUser" => users::change;
    "listMembershipsOfUser" => memberships::list_of_user;
    "listClients" => clients::list;
    "createClient" => clients::create;
    "getClient" => clients::find;
    "ensureClient" => clients::ensure;
    "changeClient" => clients::change;
    "deleteClient" => clients::delete;
    "disableClient" => clients::disable;
    "enableClient" => clients::enable;
    "rotateClient" => secrets::rotate;
    "changeSecret" => secrets::change;
    "removeSecret" => secrets::remove;
    "listConnections" => connections::list;
    "endConnection" => connections::end;
    "getUsage" => looks::usage;
    "listFacts" => looks::facts;
    "listServices" => installation::services;
    "listKeys" => installation::list_keys;
    "rotateKey" => installation::rotate_key;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

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
    fn who_may_look_and_who_may_change() {
        let api = openapi::read(DOCUMENT).unwrap();
        for operation in api.routes.operations() {
            let Security::AnyOf(choices) = &operation.security else {
                panic!("{} is public", operation.id)
            };
            let scopes: Vec<&str> = choices.iter().map(|choice| choice.as_str()).collect();
            let expected: &[&str] = match operation.method.name() {
                "GET" => &["portreeve:read", "portreeve:admin"],
                _ => &["portreeve:admin"],
            };
            assert_eq!(scopes, expected, "{}", operation.id);
        }
    }
}
