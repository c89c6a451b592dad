//! Between which lives of a token one may choose, told per service.

use std::sync::Arc;

use portreeve_core::service::Service;
use portreeve_core::time::Ttl;

use crate::env::Env;
use crate::pages::portal::client::limits::bounds;
use crate::pages::portal::client::words::joined;
use crate::pages::times::length;
use crate::texts::Texts;

/// A sentence for the services of each life.
pub(in crate::pages) fn told(env: &Env, services: &[Arc<Service>], t: &Texts) -> Vec<String> {
    let mut lives: Vec<(Ttl, Vec<String>)> = Vec::new();
    for service in services {
        let resource = env.catalog.resource(&service.audience);
        let Some(life) = resource.map(|resource| resource.token_ttl) else { continue };
        match lives.iter_mut().find(|(known, _)| *known == life) {
            Some((_, titles)) => titles.push(service.title.clone()),
            None => lives.push((life, vec![service.title.clone()])),
        }
    }
    lives.into_iter().map(|(life, titles)| sentence(life, &titles, t)).collect()
}

fn sentence(life: Ttl, titles: &[String], t: &Texts) -> String {
    let (least, most) = bounds(life);
    let minutes = |count: u32| length(t, Ttl::from_seconds(count.saturating_mul(60)));
    let titles_count = titles.len();
    t.say_with(
        "client-life-bounds",
        [
            ("titles", joined(titles, t).into()),
            ("count", titles_count.into()),
            ("least", minutes(least).into()),
            ("most", minutes(most).into()),
        ],
    )
}
