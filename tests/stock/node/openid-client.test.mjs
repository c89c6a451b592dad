// openid-client, as a program would use it: discovery first, then one call each.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as openid from "openid-client";

import { blocks, demo, sorted } from "./blocks.mjs";

const methods = { basic: openid.ClientSecretBasic, post: openid.ClientSecretPost };
const [standard, dualog] = blocks;

/** By discovery for the standard block; the dualog endpoint is not in the metadata. */
async function configuration(block, method, secret = block.clientSecret) {
  const auth = methods[method](secret);
  const found = await openid.discovery(new URL(demo.issuer), block.clientId, undefined, auth, {
    algorithm: "oauth2",
    execute: [openid.allowInsecureRequests],
  });
  if (block === standard) return found;
  const metadata = { ...found.serverMetadata(), token_endpoint: block.tokenUrl };
  const made = new openid.Configuration(metadata, block.clientId, undefined, auth);
  openid.allowInsecureRequests(made);
  return made;
}

for (const block of blocks) {
  for (const method of Object.keys(methods)) {
    test(`openid-client: ${block.dialect}, ${method}: from a token to its end`, async () => {
      const client = await configuration(block, method);
      const token = await openid.clientCredentialsGrant(client, { scope: block.scope });
      assert.deepEqual(sorted(token.scope), sorted(block.scope));
      assert.ok(token.expiresIn() > block.life - 60);

      const call = () =>
        openid.fetchProtectedResource(client, token.access_token, new URL(block.guardedUrl), "GET");
      assert.equal((await call()).status, 200);
      const told = await openid.tokenIntrospection(client, token.access_token);
      assert.equal(told.active, true);
      assert.equal(told.sub, block.clientId);

      await openid.tokenRevocation(client, token.access_token);
      const after = await openid.tokenIntrospection(client, token.access_token);
      assert.deepEqual(after, { active: false });
      await assert.rejects(call(), { name: "WWWAuthenticateChallengeError", status: 401 });
    });
  }

  test(`openid-client: ${block.dialect}: a scope error is its own exception`, async () => {
    const client = await configuration(block, "basic");
    const asked = openid.clientCredentialsGrant(client, { scope: "sink_ships" });
    await assert.rejects(asked, { name: "ResponseBodyError", error: "invalid_scope" });
  });
}

test("openid-client: standard: the audience may be named (RFC 8707)", async () => {
  const client = await configuration(standard, "basic");
  const token = await openid.clientCredentialsGrant(client, { resource: demo.standard.audience });
  assert.ok(token.access_token);
  const elsewhere = { resource: "https://elsewhere.example.com" };
  const foreign = openid.clientCredentialsGrant(client, elsewhere);
  await assert.rejects(foreign, { name: "ResponseBodyError", error: "invalid_target" });
});

test("openid-client: dualog: a wrong secret is its own exception", async () => {
  const client = await configuration(dualog, "post", "prs_wrong");
  const refused = { name: "ResponseBodyError", error: "invalid_client", status: 400 };
  await assert.rejects(openid.clientCredentialsGrant(client), refused);
});
