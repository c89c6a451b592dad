//! The copy of a document that Swagger UI reads on our page. It writes every `$ref` out
//! where it stands, so that circles, and models of which each has all the others, freeze
//! the browser; and it is slow with OpenAPI 3.1. The copy says the same in fewer words;
//! what is downloaded stays whole.

mod cut;
mod lower;

use portreeve_core::policy::openapi::tree::Tree;

use crate::openapi::{each_operation, each_path};

/// From how many operations on the copy is written as OpenAPI 3.0, if it can be: unfolding
/// one then takes a tenth of the time.
const MANY: usize = 200;

/// The copy of a document. `elsewhere` is what stands where a schema is not written out
/// once more.
pub(super) fn copy(whole: &Tree, elsewhere: &str) -> Tree {
    let mut tree = whole.clone();
    cut::cut(&mut tree, elsewhere);
    let is_large = operations(&mut tree) > MANY;
    match lower::lowered(&tree).filter(|_| is_large) {
        Some(lowered) => lowered,
        None => tree,
    }
}

fn operations(tree: &mut Tree) -> usize {
    let mut count = 0;
    each_path(tree, &mut |item| each_operation(item, &mut |_| count += 1));
    count
}
