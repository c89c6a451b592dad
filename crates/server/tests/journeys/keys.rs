//! What happens to the keys of an installation that others can reach.

use portreeve_core::secret::MasterKey;
use portreeve_server::flow::keys::make_missing;

use crate::world::{BOTH, World};

#[tokio::test]
async fn a_foreign_master_key_makes_no_key() {
    for on in BOTH {
        let world = World::new(on).await;
        let (store, env) = (world.env.directory.store(), &world.env);
        let before = store.list_keys().await.unwrap().len();
        let foreign = MasterKey::from_bytes([8; 32]);
        let made = make_missing(store, &env.catalog, &foreign, &*env.entropy, env.now()).await;
        assert!(made.is_err(), "a key that no other node opens would stop them all");
        assert_eq!(store.list_keys().await.unwrap().len(), before);
    }
}
