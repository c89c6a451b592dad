use portreeve_core::secret::MasterKey;
use portreeve_core::usage::Tally;
use portreeve_store::conformance::sample::{NOW, client, commit};
use portreeve_store::contract::commit::Write;
use portreeve_store::directory::Directory;

use super::*;

/// Some clients, as the directory knows them.
async fn clients<const N: usize>() -> [Arc<KnownClient>; N] {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portreeve.db");
    let store = portreeve_store::open::open(file.to_str().unwrap()).await.unwrap();
    let master = MasterKey::from_bytes([7; 32]);
    let directory = Directory::open(Arc::clone(&store), master, 100, NOW).await.unwrap();
    let mut found = Vec::new();
    for number in 0..N {
        let one = client(&format!("prc_{number}"));
        commit(&store, vec![Write::ClientRegistered(Box::new(one))]).await.unwrap();
        found.push(directory.client(&format!("prc_{number}")).await.unwrap().unwrap());
    }
    found.try_into().unwrap()
}

fn usage(most: usize) -> Usage {
    Usage { most, ..Usage::new(Box::new(["ships".into(), "crew".into()]), Counter::default()) }
}

/// The rows, in short.
fn told(rows: &[Row]) -> Vec<String> {
    let tell = |row: &Row| match row {
        Row::Counted(Counted { client_id, service, tally, .. }) => {
            let Tally { passed, refused, tokens } = tally;
            format!("{client_id} {service} {passed} {refused} {tokens}")
        }
        Row::Secret(one) => format!("{} {} {}", one.client_id, one.secret, one.tokens),
        Row::Refused(call, times) => format!("{} {times}", call.client_id),
    };
    rows.iter().map(tell).collect()
}

#[tokio::test]
async fn rows_stay_until_they_are_written() {
    let [one, two] = clients().await;
    let usage = usage(100);
    usage.collect();
    assert_eq!(usage.next(9), []);
    usage.passed(&two, 1, NOW);
    usage.gave(&one, Some(0), NOW, [203, 0, 113, 7].into());
    usage.passed(&one, 0, NOW);
    usage.passed(&one, 0, NOW);
    usage.collect();
    let first = ["prc_0  0 0 1", "prc_0 ships 2 0 0", "prc_1 crew 1 0 0", "prc_0 aaaaaaaa 1"];
    assert_eq!(told(&usage.next(9)), first);
    usage.passed(&one, 0, NOW);
    usage.collect();
    assert_eq!(told(&usage.next(9)), first, "nothing was written");
    usage.done(3);
    assert_eq!(told(&usage.next(9)), first[3..]);
    usage.done(9);
    usage.collect();
    assert_eq!(told(&usage.next(9)), ["prc_0 ships 1 0 0"]);
    usage.give_up(1);
    assert_eq!((usage.next(9).len(), usage.dropped.get()), (0, 1));
}

#[tokio::test]
async fn who_is_idle_leaves_the_queue() {
    let [one, two] = clients().await;
    let usage = usage(100);
    let waiting = || lock(&usage.waiting).len();
    usage.passed(&one, 0, NOW);
    usage.passed(&one, 0, NOW);
    usage.passed(&two, 0, NOW);
    assert_eq!(waiting(), 2);
    let round = || {
        usage.collect();
        usage.done(9);
    };
    round();
    assert_eq!(waiting(), 2, "they may come again in a moment");
    usage.passed(&one, 0, NOW);
    round();
    assert_eq!(waiting(), 1);
    round();
    assert_eq!(waiting(), 0);
    usage.passed(&one, 0, NOW);
    assert_eq!(waiting(), 1);
}

#[tokio::test]
async fn what_waits_has_an_end() {
    let [one, two, three] = clients().await;
    let usage = usage(2);
    for known in [&one, &two, &three] {
        usage.passed(known, 0, NOW);
        usage.passed(known, 1, NOW);
    }
    assert_eq!(usage.dropped.get(), 2, "the first client's");
    usage.collect();
    assert_eq!(told(&usage.next(9)), ["prc_2 crew 1 0 0", "prc_2 ships 1 0 0"]);
    assert_eq!(usage.dropped.get(), 4);
    usage.done(2);
    usage.passed(&one, 0, NOW);
    usage.collect();
    assert_eq!(told(&usage.next(9)), ["prc_0 ships 1 0 0"], "it is heard again");
}

#[test]
fn places_are_numbered_behind_the_token_endpoint() {
    assert_eq!((place_of(0), place_of(1)), (1, 2));
    assert_eq!(place_of(usize::MAX), Place::MAX);
}
