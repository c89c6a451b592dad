// The demo's Postman collections, run as their users run them: fill in the variables, get
// a token, send every request. Each request is one check; so is each test of a request.

import { readFileSync } from "node:fs";
import { inspect } from "node:util";

import newman from "newman";

const demo = JSON.parse(readFileSync(process.env.DEMO_JSON, "utf8"));
const { dualog, standard, dataloy, dqe, dotypos } = demo;
const keys = ({ client_id, client_secret }) => ({ client_id, client_secret });

/** The services, what a user fills in, and how many operations there are at least. */
const COLLECTIONS = [
  ["vessel", keys(dualog.organization_client), 3],
  ["crew", keys(dualog.organization_client), 3],
  ["berths", keys(standard), 3],
  ["voyages", keys(dataloy), 3],
  ["addresses", { ...keys(dqe), scope: dqe.licensed_scopes[0] }, 1],
  ["clouds", { refresh_token: dotypos.refresh_token, organization: dotypos.cloud_ids[0] }, 3],
];

let passed = 0;
let failed = 0;

function check(name, problem) {
  if (problem === undefined) passed += 1;
  else failed += 1;
  console.log(`${name} ${problem === undefined ? "PASSED" : `FAILED\n${problem}`}`);
}

async function collection(service) {
  const answer = await fetch(`${demo.issuer}/portal/docs/${service}/postman.json`);
  if (!answer.ok) throw new Error(`${service}: ${answer.status}`);
  return answer.json();
}

function run(document, values) {
  const envVar = Object.entries(values).map(([key, value]) => ({ key, value }));
  return new Promise((resolve, reject) => {
    const options = { collection: document, envVar, reporters: [], timeoutRequest: 15_000 };
    newman.run(options, (error, summary) => (error ? reject(error) : resolve(summary.run)));
  });
}

for (const [service, values, least] of COLLECTIONS) {
  try {
    const document = await collection(service);
    const again = await collection(service);
    const isSame = JSON.stringify(document) === JSON.stringify(again);
    check(`${service}: is the same twice`, isSame ? undefined : "it differs");
    const { executions, failures } = await run(document, values);
    for (const { item, response, requestError } of executions) {
      const name = `${service}: ${item.name}`;
      const is = response !== undefined && response.code >= 200 && response.code < 300;
      check(name, is ? undefined : inspect(requestError ?? response?.text()));
    }
    for (const { error, source } of failures) {
      check(`${service}: ${source?.name}`, inspect(error));
    }
    const sent = executions.length - 1;
    check(`${service}: ${sent} operations`, sent >= least ? undefined : `${least} are there`);
  } catch (error) {
    check(service, inspect(error));
  }
}
console.log(`Newman: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
