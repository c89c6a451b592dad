// simple-oauth2 with its default settings, which are the strictest about JSON.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ClientCredentials } from "simple-oauth2";

import { blocks, demo, end, shortBlocks } from "./blocks.mjs";

const places = { basic: "header", post: "body" };

function client(block, { method = "basic", secret = block.clientSecret } = {}) {
  const url = new URL(block.tokenUrl);
  return new ClientCredentials({
    client: { id: block.clientId, secret },
    auth: {
      tokenHost: url.origin,
      tokenPath: url.pathname,
      revokePath: new URL(demo.standard.revocation_endpoint).pathname,
    },
    options: { authorizationMethod: places[method] },
  });
}

const call = (token, url) =>
  fetch(url, { headers: { authorization: `${token.token_type} ${token.access_token}` } });

for (const block of blocks) {
  for (const method of Object.keys(places)) {
    test(`simple-oauth2: ${block.dialect}, ${method}: from a token to its end`, async () => {
      const granted = await client(block, { method }).getToken({ scope: block.scope });
      assert.equal(granted.token.expires_in, block.life);
      assert.equal(granted.expired(), false);
      assert.equal((await call(granted.token, block.guardedUrl)).status, 200);
      await granted.revoke("access_token");
      assert.equal((await call(granted.token, block.guardedUrl)).status, 401);
    });
  }

  test(`simple-oauth2: ${block.dialect}: a scope error is its own exception`, async () => {
    const thrown = await client(block).getToken({ scope: "sink_ships" }).catch((it) => it);
    assert.equal(thrown.output?.statusCode, 400, thrown);
    assert.equal(thrown.data.payload.error, "invalid_scope");
  });

  test(`simple-oauth2: ${block.dialect}: a wrong secret is its own exception`, async () => {
    const thrown = await client(block, { secret: "prs_wrong" }).getToken({}).catch((it) => it);
    assert.equal(thrown.output?.statusCode, block.dialect === "dualog" ? 400 : 401, thrown);
    assert.equal(thrown.data.payload.error, "invalid_client");
  });
}

for (const block of shortBlocks) {
  test(`simple-oauth2: ${block.dialect}: it sees the end of a token`, async () => {
    const granted = await client(block).getToken({ scope: block.scope });
    const until = granted.token.expires_at.getTime() / 1000;
    await end(until);
    assert.equal(granted.expired(), true);
    assert.equal((await call(granted.token, block.guardedUrl)).status, 401);
  });
}
