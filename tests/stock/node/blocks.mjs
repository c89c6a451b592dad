// The parts of demo.json that the tests use.

import { readFileSync } from "node:fs";

const read = (variable) => JSON.parse(readFileSync(process.env[variable], "utf8"));

/** The client of the block `standard`. */
const standard = ({ standard: block }) => ({
  dialect: "standard",
  life: 3600,
  tokenUrl: block.token_endpoint,
  clientId: block.client_id,
  clientSecret: block.client_secret,
  scope: block.scopes.join(" "),
  guardedUrl: block.guarded_url,
});

/** The organization's client of the block `dualog`. */
const dualog = ({ dualog: block }) => ({
  dialect: "dualog",
  life: 86400,
  tokenUrl: block.token_url,
  clientId: block.organization_client.client_id,
  clientSecret: block.organization_client.client_secret,
  scope: block.scopes.join(" "),
  guardedUrl: block.ships_url,
});

export const demo = read("DEMO_JSON");
export const blocks = [standard(demo), dualog(demo)];

export const shortDemo = read("SHORT_DEMO_JSON");
export const shortBlocks = [standard(shortDemo), dualog(shortDemo)];

/** The same scopes, in any order. */
export const sorted = (scope) => scope.split(" ").sort();

/** Waits until a token with this `exp` has expired. */
export const end = (exp) =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, exp * 1000 + 200 - Date.now())));
