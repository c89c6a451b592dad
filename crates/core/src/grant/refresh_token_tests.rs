use std::sync::Arc;

use super::*;
use crate::client::change::tests::client_with_secrets;
use crate::dialect::compile::compile;
use crate::org::organization::Organization;
use crate::text_id::UserId;
use crate::time::Ttl;
use crate::token::format::{Algorithm, TokenFormat};
use crate::token::request::TokenRequest;

const ROTATING: &str = include_str!("../../dialects/dqe/dialect.toml");
const STAYING: &str = include_str!("../../dialects/dotypos/dialect.toml");

const NOW: Timestamp = Timestamp::from_unix(1000);

fn id(text: &str) -> OrganizationId {
    OrganizationId::parse(text).unwrap()
}

/// `org_group` > `org_shop`, and `org_other` beside it.
fn tree() -> OrganizationTree {
    let enter = |own: &str, external: &str, parent: Option<&str>| {
        Organization::new(id(own), own, Some(external), parent.map(id), NOW).unwrap()
    };
    OrganizationTree::new(&[
        enter("org_group", "4200", None),
        enter("org_shop", "4210", Some("org_group")),
        enter("org_other", "5100", None),
    ])
}

fn held() -> Held {
    Held {
        family: FamilyId([7; 16]),
        client_id: client().client_id,
        owner: Owner::User(UserId::parse("usr_ada").unwrap()),
        audience: client().audiences[0].clone(),
        scope: ScopeSet::parse("read write").unwrap(),
        organization: Some(id("org_group")),
        reach: Reach::Chosen,
        issued_at: None,
        expires_at: Some(NOW.plus(Ttl::from_seconds(1))),
    }
}

fn client() -> Client {
    let mut client = client_with_secrets(&[]);
    client.scopes = ScopeSet::parse("read write print").unwrap();
    client
}

fn resource(dialect: &str) -> Resource {
    Resource {
        audience: client().audiences[0].clone(),
        dialect: Arc::new(compile(dialect).unwrap()),
        format: TokenFormat::Jwt(Algorithm::ES256),
        token_ttl: Ttl::from_seconds(300),
        scopes: ScopeSet::parse("read write print").unwrap(),
    }
}

fn access() -> AccessToken {
    AccessToken {
        id: TokenId([1; 16]),
        family: Some(held().family),
        client_id: held().client_id,
        owner: held().owner,
        audience: held().audience,
        scope: held().scope,
        organization: None,
        issued_at: Timestamp::EPOCH,
        expires_at: Timestamp::from_unix(1),
    }
}

/// What is the same in every case, and what a case changes of it.
struct Case {
    held: Held,
    used: bool,
    ended: bool,
    roots: Option<Vec<OrganizationId>>,
    beside: Option<AccessToken>,
    client: Client,
    request: TokenRequest<'static>,
    dialect: &'static str,
}

fn decided(change: impl FnOnce(&mut Case)) -> Result<(AccessToken, Refreshing), Vec<Reason>> {
    let mut case = Case {
        held: held(),
        used: false,
        ended: false,
        roots: Some(vec![id("org_group")]),
        beside: None,
        client: client(),
        request: TokenRequest::default(),
        dialect: STAYING,
    };
    change(&mut case);
    let (tree, resources) = (tree(), [resource(case.dialect)]);
    let shown = Shown {
        held: &case.held,
        used: case.used,
        ended: case.ended,
        roots: case.roots.as_deref(),
        tree: &tree,
        beside: case.beside.as_ref(),
    };
    let known = Known {
        request: &case.request,
        client: &case.client,
        resources: &resources,
        shown: Some(&shown),
        ttl_override: None,
        entropy: &|bytes: &mut [u8]| bytes.fill(5),
        now: NOW,
    };
    match RefreshToken.decide(&known) {
        Ok(decision) => Ok((decision.token, decision.refresh)),
        Err(refusals) => Err(refusals.into_iter().map(|refusal| refusal.reason).collect()),
    }
}

fn refused(change: impl FnOnce(&mut Case)) -> Vec<Reason> {
    decided(change).unwrap_err()
}

#[test]
fn what_was_granted_is_granted_again() {
    let (token, refresh) = decided(|_| {}).unwrap();
    assert_eq!(
        token,
        AccessToken {
            id: TokenId([5; 16]),
            organization: Some(id("org_group")),
            issued_at: NOW,
            expires_at: NOW.plus(Ttl::from_seconds(300)),
            ..access()
        }
    );
    assert_eq!(refresh, Refreshing::Goes);
    let (_, refresh) = decided(|case| case.dialect = ROTATING).unwrap();
    let expires_at = Some(NOW.plus(Ttl::from_seconds(600)));
    assert_eq!(refresh, Refreshing::Rotates { expires_at });
}

#[test]
fn whose_it_is_comes_before_what_it_is() {
    let another = |case: &mut Case| {
        case.client.client_id = ClientId::parse("prc_another").unwrap();
        case.used = true;
        case.roots = None;
    };
    assert_eq!(refused(another), [Reason::RefreshTokenOfAnother]);
    // used, ended, expired
    for (used, ended, expired, expected) in [
        (true, false, false, Reason::RefreshTokenReused),
        (false, true, false, Reason::ConnectionEnded),
        (false, false, true, Reason::RefreshTokenExpired),
        (true, true, false, Reason::ConnectionEnded),
        (true, false, true, Reason::RefreshTokenReused),
        (false, true, true, Reason::ConnectionEnded),
    ] {
        let reasons = refused(|case| {
            (case.used, case.ended) = (used, ended);
            if expired {
                case.held.expires_at = Some(NOW);
            }
        });
        assert_eq!(reasons, [expected], "used {used}, ended {ended}, expired {expired}");
    }
    assert!(decided(|c| c.held.expires_at = None).is_ok());
}

#[test]
fn a_line_ends_with_what_its_client_had_before() {
    let at = Timestamp::from_unix;
    let shown = |issued_at, not_before| {
        decided(|case| {
            case.dialect = ROTATING;
            (case.held.issued_at, case.client.not_before) = (issued_at, not_before);
        })
    };
    assert_eq!(shown(Some(at(899)), at(900)).unwrap_err(), [Reason::ConnectionEnded]);
    assert!(shown(Some(at(900)), at(900)).is_ok());
    assert!(shown(None, at(900)).is_ok(), "a person's connection outlives its client's secrets");
    // Made while the older ones are still ending: it lives as long as any, from then on.
    let (token, refresh) = shown(Some(at(1001)), at(1001)).unwrap();
    assert_eq!((token.issued_at, token.expires_at), (at(1001), at(1301)));
    assert_eq!(refresh, Refreshing::Rotates { expires_at: Some(at(1601)) });
    // A clock that goes wrong makes nothing that lives longer.
    let (token, _) = shown(None, at(90_000)).unwrap();
    assert_eq!((token.issued_at, token.expires_at), (at(1005), at(1305)));
}

#[test]
fn the_access_token_beside_must_be_of_the_same_family() {
    let shown = |beside: Option<AccessToken>| {
        decided(|case| {
            case.request.access_token = Some("TK…".into());
            case.beside = beside;
        })
    };
    assert!(shown(Some(access())).is_ok(), "although it has expired");
    let other = AccessToken { family: Some(FamilyId([8; 16])), ..access() };
    let alone = AccessToken { family: None, ..access() };
    for wrong in [None, Some(other), Some(alone)] {
        assert_eq!(shown(wrong).unwrap_err(), [Reason::RefreshTokenOfAnother]);
    }
}

#[test]
fn the_scope_may_shrink_and_never_grow() {
    let asking = |scope: &'static str, has: &'static str| {
        decided(|case| {
            case.request.scope = Some(scope.into());
            case.client.scopes = ScopeSet::parse(has).unwrap();
        })
        .map(|(token, _)| token.scope.to_string())
    };
    let all = "read write print";
    assert_eq!(asking("", all).as_deref(), Ok("read write"));
    assert_eq!(asking("write", all).as_deref(), Ok("write"));
    assert_eq!(asking("write read", all).as_deref(), Ok("write read"));
    assert_eq!(asking("refresh_token", all).as_deref(), Ok("read write"), "DQE's selector");
    let more = || Err(vec![Reason::ScopeNotAllowed]);
    assert_eq!(asking("print", all), more(), "the client has it, but it was not granted");
    assert_eq!(asking("read nothing", all), more());
    assert_eq!(asking("write", "read"), more(), "the client has lost it");
    assert_eq!(asking("", "read print").as_deref(), Ok("read"));
    assert_eq!(asking("a\"b", all), Err(vec![Reason::ScopeMalformed]));
}

#[test]
fn one_organization_within_what_was_granted() {
    let asking = |asked: Option<&'static str>, reach: Reach, roots: &[&str]| {
        decided(|case| {
            case.request.organization = asked.map(Into::into);
            case.held.reach = reach;
            case.roots = Some(roots.iter().map(|root| id(root)).collect());
        })
        .map(|(token, _)| token.organization.map(|id| id.to_string()))
        .map_err(|reasons| reasons[0])
    };
    let out = Err(Reason::OrganizationOutOfReach);
    let is = |id: &str| Ok(Some(id.to_owned()));
    let group = &["org_group"][..];
    use Reach::{All, Chosen};
    assert_eq!(asking(None, Chosen, group), is("org_group"));
    assert_eq!(asking(Some("4210"), Chosen, group), is("org_shop"), "below what was chosen");
    assert_eq!(asking(Some("org_shop"), Chosen, group), is("org_shop"));
    assert_eq!(asking(Some("5100"), Chosen, &["org_group", "org_other"]), out, "not chosen");
    assert_eq!(asking(Some("5100"), Chosen, group), out);
    assert_eq!(asking(None, Chosen, &["org_other"]), out, "the person has left it");
    assert_eq!(asking(Some("4200"), Chosen, &["org_shop"]), out);

    assert_eq!(asking(None, All, group), Ok(None));
    assert_eq!(asking(None, All, &[]), Ok(None));
    assert_eq!(asking(Some("5100"), All, &["org_other"]), is("org_other"));
    assert_eq!(asking(Some("4210"), All, group), is("org_shop"));
    assert_eq!(asking(Some("5100"), All, group), out);
    assert_eq!(asking(Some("4200"), All, &[]), out);

    let unknown = Err(Reason::OrganizationUnknown);
    let long: &'static str = Box::leak("9".repeat(400).into_boxed_str());
    for name in ["", "4299", "usr_ada", long] {
        assert_eq!(asking(Some(name), All, group), unknown, "{name:?}");
    }
}

#[test]
fn what_has_been_lost_since_is_lost() {
    assert_eq!(refused(|case| case.roots = None), [Reason::OwnerDisabled]);
    assert_eq!(refused(|case| case.client.audiences.clear()), [Reason::AudienceNotAllowed]);
    let elsewhere = |case: &mut Case| case.held.audience = Audience::new("urn:elsewhere");
    assert_eq!(refused(elsewhere), [Reason::RefreshTokenUnknown]);
    let asked = |name: &'static str| {
        decided(|case| case.request.audience = Some(name.into())).map(|(token, _)| token.audience)
    };
    assert_eq!(asked("urn:elsewhere"), Err(vec![Reason::AudienceNotAllowed]));
    assert_eq!(asked(""), Ok(held().audience));
    assert_eq!(asked("https://api.example.com"), Ok(held().audience));
}

#[test]
fn every_reason_is_found() {
    let all = refused(|case| {
        case.client.audiences.clear();
        case.request.scope = Some("print".into());
        case.roots = None;
    });
    assert_eq!(all, [Reason::AudienceNotAllowed, Reason::ScopeNotAllowed, Reason::OwnerDisabled]);
}

#[test]
fn without_a_refresh_token_there_is_nothing_to_decide() {
    let (client, request, resources) = (client(), TokenRequest::default(), [resource(STAYING)]);
    let known = Known {
        request: &request,
        client: &client,
        resources: &resources,
        shown: None,
        ttl_override: None,
        entropy: &|bytes: &mut [u8]| bytes.fill(5),
        now: NOW,
    };
    let refusals = RefreshToken.decide(&known).unwrap_err();
    assert_eq!(refusals, [Refusal::from(Reason::RefreshTokenUnknown)]);
}
