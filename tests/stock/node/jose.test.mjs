// jose verifies access tokens against the published keys, as an API would (RFC 9068 §4).

import assert from "node:assert/strict";
import { test } from "node:test";

import { createRemoteJWKSet, errors, jwtVerify } from "jose";

import { blocks, demo, end, shortBlocks, shortDemo, sorted } from "./blocks.mjs";

const [standard, dualog] = blocks;
const expected = {
  issuer: demo.issuer,
  audience: demo.standard.audience,
  typ: "at+jwt",
  algorithms: ["ES256"],
  requiredClaims: ["sub", "client_id", "iat", "exp", "jti", "scope"],
};

async function token(block) {
  const answer = await fetch(block.tokenUrl, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: block.clientId,
      client_secret: block.clientSecret,
      scope: block.scope,
    }),
  });
  return (await answer.json()).access_token;
}

const keys = (of = demo) => createRemoteJWKSet(new URL(of.standard.jwks_uri));

test("jose: standard: a token verifies for the promised audience", async () => {
  const { payload, key } = await jwtVerify(await token(standard), keys(), expected);
  assert.equal(payload.sub, standard.clientId);
  assert.deepEqual(sorted(payload.scope), sorted(standard.scope));
  assert.equal(key.type, "public");
});

test("jose: dualog: a token verifies, and says which organization it is for", async () => {
  const { audience: _, ...any } = expected;
  const { payload } = await jwtVerify(await token(dualog), keys(), any);
  assert.equal(payload.client_id, dualog.clientId);
  assert.ok(payload.organization_id);
  await assert.rejects(jwtVerify(await token(dualog), keys(), expected), { claim: "aud" });
});

test("jose: another issuer or audience is refused", async () => {
  for (const [option, claim] of [["issuer", "iss"], ["audience", "aud"]]) {
    const options = { ...expected, [option]: "https://elsewhere.example.com" };
    await assert.rejects(jwtVerify(await token(standard), keys(), options), { claim });
  }
});

test("jose: a forged token is refused", async () => {
  const [header, claims, signature] = (await token(standard)).split(".");
  const wider = JSON.parse(Buffer.from(claims, "base64url"));
  wider.scope = "everything";
  const body = Buffer.from(JSON.stringify(wider)).toString("base64url");
  const forged = jwtVerify(`${header}.${body}.${signature}`, keys(), expected);
  await assert.rejects(forged, errors.JWSSignatureVerificationFailed);
});

for (const block of shortBlocks) {
  test(`jose: ${block.dialect}: an expired token is refused`, async () => {
    const { audience: _, ...any } = { ...expected, issuer: shortDemo.issuer };
    const text = await token(block);
    const { payload } = await jwtVerify(text, keys(shortDemo), any);
    await end(payload.exp);
    await assert.rejects(jwtVerify(text, keys(shortDemo), any), errors.JWTExpired);
  });
}
