//! The suite on both backends, each test with a database of its own.
#![allow(clippy::unwrap_used, reason = "a test panics where a promise is broken")]

use portreeve_store::conformance::postgres_cluster::fresh_database;
use portreeve_store::conformance::{
    changes, clients, connections, facts, keys, links, memory, organizations, people, races,
    refusals, searches, sign_in, tokens, usage, waiting,
};
use portreeve_store::contract::SharedStore;
use portreeve_store::open::open;
use tempfile::TempDir;

/// A database that lives as long as this.
struct Database {
    url: String,
    _folder: Option<TempDir>,
}

impl Database {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("portreeve.db").display());
        Self { url, _folder: Some(folder) }
    }

    async fn postgres() -> Self {
        Self { url: fresh_database().await, _folder: None }
    }

    async fn open(&self) -> SharedStore {
        open(&self.url).await.unwrap()
    }
}

/// One test on each backend: with one store, or with two on the same database.
macro_rules! on_both {
    ({ $($name:ident = $promise:path;)* } { $($pair:ident = $shared:path;)* }) => {
        mod sqlite {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                let database = Database::sqlite();
                $promise(database.open().await).await;
            })*
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $pair() {
                let database = Database::sqlite();
                $shared(database.open().await, database.open().await).await;
            })*
        }
        mod postgres {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                let database = Database::postgres().await;
                $promise(database.open().await).await;
            })*
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $pair() {
                let database = Database::postgres().await;
                $shared(database.open().await, database.open().await).await;
            })*
        }
    };
}

on_both! {
    {
    clients_are_kept_whole = clients::are_kept_whole;
    clients_remember_when_a_secret_was_used = clients::remember_when_a_secret_was_used;
    clients_are_listed_by_pages = clients::are_listed_by_pages;
    clients_keep_any_text_but_nul = clients::keep_any_text_but_nul;
    organizations_are_kept_whole = organizations::are_kept_whole;
    organizations_are_changed_once = organizations::are_changed_once;
    organizations_are_counted_with_everything = organizations::are_counted_with_everything;
    people_are_kept_whole = people::are_kept_whole;
    people_belong_to_organizations = people::belong_to_organizations;
    connections_are_kept_whole_and_end_once = connections::are_kept_whole_and_end_once;
    connections_are_listed_by_whose_they_are = connections::are_listed_by_whose_they_are;
    connections_rotate_their_tokens = connections::rotate_their_tokens;
    connections_are_swept_when_they_are_over = connections::are_swept_when_they_are_over;
    sealed_refresh_tokens_are_spent_once = connections::spend_sealed_tokens_once;
    claims_have_one_number = connections::number_claims;
    passwords_are_replaced = sign_in::passwords_are_replaced;
    passwords_stand_or_nothing_follows = sign_in::passwords_stand_or_nothing_follows;
    sessions_begin_and_end = sign_in::sessions_begin_and_end;
    sessions_have_an_end_in_number = sign_in::sessions_have_an_end_in_number;
    sessions_are_swept_when_they_are_over = sign_in::sessions_are_swept_when_they_are_over;
    tokens_stay_revoked_until_they_expire = tokens::stay_revoked_until_they_expire;
    facts_are_listed_newest_first = tokens::facts_are_listed_newest_first;
    links_work_once = links::work_once;
    links_stand_as_they_were_read = links::stand_as_they_were_read;
    links_and_notices_are_swept = links::are_swept;
    facts_are_found = facts::are_found;
    usage_is_added_up = usage::is_added_up;
    usage_goes_with_its_client = usage::goes_with_its_client;
    usage_is_swept = usage::is_swept;
    secrets_are_counted = usage::of_secrets;
    refusals_are_counted_and_some_kept = refusals::are_counted_and_some_kept;
    refusals_of_others_are_nobodys = refusals::of_others_are_nobodys;
    refusals_are_kept_a_few_hundred_times = refusals::are_kept_a_few_hundred_times;
    clients_are_found = searches::clients_are_found;
    clients_are_found_page_by_page = searches::clients_are_found_page_by_page;
    people_are_found = searches::people_are_found;
    organizations_are_found = searches::organizations_are_found;
    clients_that_end_are_counted = waiting::clients_that_end_are_counted;
    clients_that_end_are_listed = waiting::clients_that_end_are_listed;
    clients_that_wait_are_listed = waiting::clients_that_wait_are_listed;
    keys_follow_one_another = keys::follow_one_another;
    changes_are_numbered_in_order = changes::are_numbered_in_order;
    changes_that_were_swept_show_as_a_gap = changes::that_were_swept_show_as_a_gap;
    conflicts_leave_their_neighbours_alone = races::leave_their_neighbours_alone;
    }
    {
    changes_are_hinted_at = changes::are_hinted_at;
    refresh_tokens_are_used_once = races::use_a_refresh_token_once;
    directory_knows_connections = memory::knows_connections;
    directory_knows_claims = memory::knows_claims;
    connections_end_for_good = races::end_a_connection_for_good;
    old_passwords_leave_no_session = races::leave_no_session_of_an_old_password;
    links_are_used_once = races::use_a_link_once;
    usage_of_two_nodes_is_added_up = usage::of_two_nodes_is_added_up;
    races_have_one_winner = races::have_one_winner;
    changes_are_followed_without_loss = races::are_followed_without_loss;
    }
}
