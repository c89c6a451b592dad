// A reporter for node --test: one line for each check, and the count at the end.

import { inspect } from "node:util";

export default async function* lines(events) {
  const count = { passed: 0, failed: 0 };
  for await (const { type, data } of events) {
    if (type === "test:pass") {
      count.passed += 1;
      yield `${data.name} PASSED\n`;
    } else if (type === "test:fail") {
      count.failed += 1;
      const { error } = data.details;
      yield `${data.name} FAILED\n${inspect(error.cause ?? error)}\n`;
    }
  }
  yield `Node: ${count.passed} passed, ${count.failed} failed\n`;
}
