// What demo.json says, and what programs do with it.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";

const read = (variable) => JSON.parse(readFileSync(process.env[variable], "utf8"));

/** The demo on which people walk. */
export const demo = read("DEMO_JSON");
/** Another, whose doors may close for a while. */
export const guessed = read("GUESSED_DEMO_JSON");

const { dotypos } = demo;

/** Everything that a page's address must survive: markup, separators, more than ASCII. */
export const STATE = `"><script>alert(1)</script>&token=x#é;%41 +`;

/** An address of the first version, with some parameters changed; `null` leaves one out. */
export function first(changed = {}, { connect_v1_url: url, ...block } = dotypos) {
  const address = new URL(url);
  const asked = {
    client_id: block.client_id,
    client_secret: block.client_secret,
    scope: "*",
    redirect_uri: block.redirect_uri,
    state: "s-1",
    ...changed,
  };
  for (const [name, value] of Object.entries(asked)) {
    if (value !== null) address.searchParams.append(name, value);
  }
  return address.href;
}

/** The fields of the second version, signed `late` seconds from now. */
export function second({ late = 0, secret = dotypos.client_secret, ...changed } = {}) {
  const timestamp = String(Math.floor(Date.now() / 1000) + late);
  return {
    client_id: dotypos.client_id,
    timestamp,
    signature: createHmac("sha256", secret).update(timestamp).digest("hex"),
    scope: "*",
    redirect_uri: dotypos.redirect_uri,
    state: "s-2",
    ...changed,
  };
}

/** Exchanges a refresh token: the status and the body. */
export async function signIn(refreshToken, cloud) {
  const answer = await fetch(dotypos.signin_url, {
    method: "POST",
    headers: { authorization: `User ${refreshToken}`, "content-type": "application/json" },
    body: JSON.stringify({ _cloudId: cloud }),
  });
  return { status: answer.status, body: await answer.json() };
}

/** Asks for the products of a cloud: the status and the body. */
export async function products(accessToken, cloud) {
  const headers = { authorization: `Bearer ${accessToken}` };
  const answer = await fetch(`${dotypos.clouds_url}/${cloud}/products`, { headers });
  return { status: answer.status, body: await answer.json() };
}

/** Asserts that a refresh token opens a cloud, from the exchange to the API. */
export async function opens(refreshToken, cloud) {
  const { status, body } = await signIn(refreshToken, cloud);
  assert.equal(status, 201, JSON.stringify(body));
  const answer = await products(body.accessToken, cloud);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return body.accessToken;
}

/** Another person of the demo, who is given a password as an operator does it. */
export function somebodyElse() {
  const somebody = { email: demo.dualog.user_email, password: "nine calm harbours" };
  const data = dirname(process.env.DEMO_JSON);
  const command = ["user", "password", somebody.email, "--password-file", "-", "--data", data];
  execFileSync(process.env.PORTREEVE, command, { input: somebody.password, stdio: "pipe" });
  return somebody;
}
