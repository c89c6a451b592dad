//! A document of OpenAPI 3.1 in the words of 3.0, where it needs no others.

use portreeve_core::policy::openapi::tree::Tree;

/// The same document as OpenAPI 3.0; `None` when it is one already, or says what 3.0 has
/// no words for.
pub(super) fn lowered(tree: &Tree) -> Option<Tree> {
    let is_newer = tree.text_of("openapi").is_some_and(|version| version.starts_with("3.1"));
    let has_hooks = tree.member("webhooks").is_some()
        || tree.find("#/components/pathItems").is_some()
        || tree.member("jsonSchemaDialect").is_some();
    if !is_newer || has_hooks {
        return None;
    }
    let mut tree = tree.clone();
    tree.set("openapi", "3.0.3".into());
    if let Some(Tree::Object(schemas)) =
        tree.member_mut("components").and_then(|components| components.member_mut("schemas"))
    {
        for (_, schema) in schemas {
            lower(schema)?;
        }
    }
    each_schema(&mut tree)?;
    Some(tree)
}

/// Lowers what stands under `schema`, wherever an operation has one. As deep as the
/// document.
fn each_schema(at: &mut Tree) -> Option<()> {
    match at {
        Tree::Object(members) => {
            for (name, value) in members {
                match name.as_str() {
                    "schema" => lower(value)?,
                    "schemas" | "example" | "examples" => {}
                    name if name.starts_with("x-") => {}
                    _ => each_schema(value)?,
                }
            }
        }
        Tree::List(items) => items.iter_mut().try_for_each(each_schema)?,
        _ => {}
    }
    Some(())
}

fn lower(schema: &mut Tree) -> Option<()> {
    refer(schema)?;
    nullable(schema)?;
    bound(schema, "exclusiveMinimum", "minimum")?;
    bound(schema, "exclusiveMaximum", "maximum")?;
    rename(schema);
    let Tree::Object(members) = schema else { return None };
    for (keyword, value) in members {
        match keyword.as_str() {
            "items" | "not" => lower(value)?,
            "additionalProperties" if matches!(value, Tree::Bool(_)) => {}
            "additionalProperties" => lower(value)?,
            "allOf" | "anyOf" | "oneOf" => {
                let Tree::List(all) = value else { return None };
                all.iter_mut().try_for_each(lower)?;
            }
            "properties" => {
                let Tree::Object(all) = value else { return None };
                all.iter_mut().try_for_each(|(_, one)| lower(one))?;
            }
            keyword if is_common(keyword) => {}
            _ => return None,
        }
    }
    Some(())
}

/// Beside a `$ref` stands nothing in 3.0 (§4.7.23): it becomes a part of its own.
fn refer(schema: &mut Tree) -> Option<()> {
    let Some(reference) = schema.member("$ref").cloned() else { return Some(()) };
    if schema.members().count() > 1 {
        if schema.member("allOf").is_some() {
            return None;
        }
        schema.remove("$ref");
        schema.set("allOf", Tree::List(vec![Tree::object([("$ref", reference)])]));
    }
    Some(())
}

/// `type: [string, "null"]` is `nullable` there.
fn nullable(schema: &mut Tree) -> Option<()> {
    let Some(Tree::List(types)) = schema.member("type") else { return Some(()) };
    let mut others = types.iter().filter(|one| one.text() != Some("null"));
    let (only, more) = (others.next().cloned(), others.next());
    if more.is_some() {
        return None;
    }
    let is_nullable = types.len() > 1;
    schema.set("type", only?);
    if is_nullable {
        schema.set("nullable", Tree::Bool(true));
    }
    Some(())
}

/// A bound that is left out is a number in 3.1, and a word beside the number in 3.0.
fn bound(schema: &mut Tree, exclusive: &str, inclusive: &str) -> Option<()> {
    let Some(Tree::Number(_)) = schema.member(exclusive) else { return Some(()) };
    if schema.member(inclusive).is_some() {
        return None;
    }
    let number = schema.member(exclusive)?.clone();
    schema.set(inclusive, number);
    schema.set(exclusive, Tree::Bool(true));
    Some(())
}

fn rename(schema: &mut Tree) {
    if let Some(only) = schema.member("const").cloned() {
        schema.remove("const");
        schema.set("enum", Tree::List(vec![only]));
    }
    if let Some(Tree::List(examples)) = schema.member("examples") {
        let first = examples.first().cloned();
        schema.remove("examples");
        if let Some(first) = first {
            schema.set("example", first);
        }
    }
    schema.remove("$comment");
}

/// What both know, and mean the same by (OpenAPI 3.0.3 §4.7.24).
fn is_common(keyword: &str) -> bool {
    matches!(
        keyword,
        "$ref"
            | "title"
            | "multipleOf"
            | "maximum"
            | "exclusiveMaximum"
            | "minimum"
            | "exclusiveMinimum"
            | "maxLength"
            | "minLength"
            | "pattern"
            | "maxItems"
            | "minItems"
            | "uniqueItems"
            | "maxProperties"
            | "minProperties"
            | "required"
            | "enum"
            | "type"
            | "description"
            | "format"
            | "default"
            | "nullable"
            | "discriminator"
            | "readOnly"
            | "writeOnly"
            | "xml"
            | "externalDocs"
            | "example"
            | "deprecated"
    ) || keyword.starts_with("x-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered_schema(schema: &str) -> Option<String> {
        let text = format!("openapi: 3.1.0\ncomponents: {{schemas: {{A: {schema}}}}}\n");
        let tree = lowered(&Tree::read(&text).unwrap())?;
        assert_eq!(tree.text_of("openapi"), Some("3.0.3"));
        tree.find("#/components/schemas/A").map(Tree::to_json)
    }

    #[test]
    fn a_schema_says_the_same_in_older_words() {
        for (newer, older) in [
            ("{type: string, maxLength: 3}", r#"{"type":"string","maxLength":3}"#),
            ("{type: [string, 'null']}", r#"{"type":"string","nullable":true}"#),
            ("{type: [string]}", r#"{"type":"string"}"#),
            ("{const: x}", r#"{"enum":["x"]}"#),
            ("{examples: [x, y]}", r#"{"example":"x"}"#),
            ("{exclusiveMinimum: 0}", r#"{"exclusiveMinimum":true,"minimum":0}"#),
            ("{$ref: '#/b', description: d}", r##"{"description":"d","allOf":[{"$ref":"#/b"}]}"##),
            (
                "{properties: {const: {type: [integer, 'null']}}}",
                r#"{"properties":{"const":{"type":"integer","nullable":true}}}"#,
            ),
            ("{additionalProperties: false}", r#"{"additionalProperties":false}"#),
        ] {
            assert_eq!(lowered_schema(newer).as_deref(), Some(older), "{newer}");
        }
    }

    #[test]
    fn what_has_no_older_words_stays_as_it_is() {
        for newer in [
            "{type: [string, integer]}",
            "{type: ['null']}",
            "true",
            "{items: true}",
            "{prefixItems: [{type: string}]}",
            "{if: {type: string}}",
            "{exclusiveMinimum: 0, minimum: 1}",
            "{contentEncoding: base64}",
            "{allOf: [{unevaluatedProperties: false}]}",
        ] {
            assert_eq!(lowered_schema(newer), None, "{newer}");
        }
        for whole in ["openapi: 3.0.3", "openapi: 3.1.0\nwebhooks: {}", "swagger: '2.0'"] {
            assert_eq!(lowered(&Tree::read(whole).unwrap()), None, "{whole}");
        }
    }

    #[test]
    fn the_schemas_of_operations_are_lowered_too() {
        let text = "openapi: 3.1.0\npaths: {/a: {get: {responses: {default: {content: {x: \
                    {schema: {type: [string, 'null']}, example: {schema: {type: [a, b]}}}}}}}}}\n";
        let tree = lowered(&Tree::read(text).unwrap()).unwrap();
        let content = tree.find("#/paths/~1a/get/responses/default/content/x").unwrap();
        let expected = r#"{"schema":{"type":"string","nullable":true},"example":{"schema":{"type":["a","b"]}}}"#;
        assert_eq!(content.to_json(), expected);
    }
}
