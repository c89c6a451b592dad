// oauth4webapi checks every answer against the RFCs, member by member.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as oauth from "oauth4webapi";

import { blocks, demo, end, shortBlocks, shortDemo, sorted } from "./blocks.mjs";

const [standard, dualog] = blocks;
const loopback = { [oauth.allowInsecureRequests]: true };
const methods = { basic: oauth.ClientSecretBasic, post: oauth.ClientSecretPost };

async function discover({ issuer }) {
  const at = new URL(issuer);
  const answer = await oauth.discoveryRequest(at, { algorithm: "oauth2", ...loopback });
  return oauth.processDiscoveryResponse(at, answer);
}

/** A client of one block, with its own secret or with another. */
async function client(block, { method = "basic", secret = block.clientSecret, of = demo } = {}) {
  const server = { ...(await discover(of)), token_endpoint: block.tokenUrl };
  return { server, client: { client_id: block.clientId }, auth: methods[method](secret) };
}

async function grant(who, parameters) {
  const answer = await oauth.clientCredentialsGrantRequest(
    who.server, who.client, who.auth, parameters, loopback,
  );
  return oauth.processClientCredentialsResponse(who.server, who.client, answer);
}

async function introspect(who, token) {
  const answer = await oauth.introspectionRequest(
    who.server, who.client, who.auth, token, loopback,
  );
  return oauth.processIntrospectionResponse(who.server, who.client, answer);
}

/** What an API would do that gets this token. */
function verify(who, token, audience) {
  const request = new Request("http://api.example.com/", {
    headers: { authorization: `Bearer ${token}` },
  });
  const strict = { ...loopback, [oauth.clockTolerance]: 0 };
  return oauth.validateJwtAccessToken(who.server, request, audience, strict);
}

const call = (token, url) =>
  oauth.protectedResourceRequest(token, "GET", new URL(url), undefined, undefined, loopback);

/** The library's exception for a refused call, with this in its challenge. */
const challenged = (status, error) => (thrown) => {
  assert.ok(thrown instanceof oauth.WWWAuthenticateChallengeError, thrown);
  assert.equal(thrown.status, status);
  assert.equal(thrown.cause[0].scheme, "bearer");
  assert.equal(thrown.cause[0].parameters.error, error);
  return true;
};

test("oauth4webapi: discovery finds what demo.json says", async () => {
  const found = await discover(demo);
  const names = ["token_endpoint", "introspection_endpoint", "revocation_endpoint", "jwks_uri"];
  for (const name of names) {
    assert.equal(found[name], demo.standard[name]);
  }
});

for (const block of blocks) {
  for (const method of Object.keys(methods)) {
    const title = `oauth4webapi: ${block.dialect}, ${method}`;

    test(`${title}: a token opens the API and verifies`, async () => {
      const who = await client(block, { method });
      const token = await grant(who, { scope: block.scope });
      assert.equal(token.expires_in, block.life);
      assert.equal(token.token_type, "bearer");
      assert.deepEqual(sorted(token.scope), sorted(block.scope));
      assert.equal((await call(token.access_token, block.guardedUrl)).status, 200);

      const told = await introspect(who, token.access_token);
      assert.equal(told.active, true);
      const claims = await verify(who, token.access_token, told.aud);
      assert.equal(claims.client_id, block.clientId);
      assert.equal(claims.exp - claims.iat, block.life);
      await assert.rejects(verify(who, token.access_token, "https://elsewhere.example.com"));
    });

    test(`${title}: a refusal is its own exception`, async () => {
      const refused = { name: "ResponseBodyError", error: "invalid_scope", status: 400 };
      const asked = grant(await client(block, { method }), { scope: "sink_ships" });
      await assert.rejects(asked, refused);
    });
  }

  test(`oauth4webapi: ${block.dialect}: a revoked token is refused at once`, async () => {
    const who = await client(block);
    const { access_token: token } = await grant(who, { scope: block.scope });
    const answer = await oauth.revocationRequest(
      who.server, who.client, who.auth, token, loopback,
    );
    assert.equal(await oauth.processRevocationResponse(answer), undefined);
    assert.deepEqual(await introspect(who, token), { active: false });
    await assert.rejects(call(token, block.guardedUrl), challenged(401, "invalid_token"));
  });

  test(`oauth4webapi: ${block.dialect}: what is no token is refused`, async () => {
    await assert.rejects(call("not-a-token", block.guardedUrl), challenged(401, "invalid_token"));
  });
}

test("oauth4webapi: standard: a wrong secret is challenged (RFC 6749 §5.2)", async () => {
  const asked = grant(await client(standard, { secret: "prs_wrong" }), {});
  const thrown = await asked.catch((it) => it);
  assert.ok(thrown instanceof oauth.WWWAuthenticateChallengeError, thrown);
  assert.equal(thrown.status, 401);
  assert.equal(thrown.cause[0].scheme, "basic");
  assert.equal((await thrown.response.json()).error, "invalid_client");
});

test("oauth4webapi: dualog: a wrong secret is 400 and never challenged", async () => {
  const refused = { name: "ResponseBodyError", error: "invalid_client", status: 400 };
  await assert.rejects(grant(await client(dualog, { secret: "prs_wrong" }), {}), refused);
});

test("oauth4webapi: dualog: a foreign organization is out of reach", async () => {
  const { access_token: token } = await grant(await client(dualog), { scope: dualog.scope });
  const url = new URL(dualog.guardedUrl);
  url.searchParams.set("organizationId", demo.dualog.foreign_organization_id);
  await assert.rejects(call(token, url), challenged(403, "insufficient_scope"));
});

for (const block of shortBlocks) {
  test(`oauth4webapi: ${block.dialect}: an expired token is refused everywhere`, async () => {
    const who = await client(block, { of: shortDemo });
    const { access_token: token } = await grant(who, { scope: block.scope });
    const { exp, aud } = await introspect(who, token);
    await end(exp);
    await assert.rejects(call(token, block.guardedUrl), challenged(401, "invalid_token"));
    assert.deepEqual(await introspect(who, token), { active: false });
    await assert.rejects(verify(who, token, aud), /exp/);
  });
}
