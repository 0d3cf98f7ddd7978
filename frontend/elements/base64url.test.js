import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBytes, toBytes } from "./base64url.js";

test("bytes come back as they were, whatever their number and value", () => {
  for (const bytes of [[], [0], [255, 254], [251, 255, 191], Array.from({ length: 256 }, (_, index) => index)]) {
    const text = fromBytes(Uint8Array.from(bytes));
    assert.match(text, /^[A-Za-z0-9_-]*$/);
    assert.deepEqual([...toBytes(text)], bytes);
  }
});
