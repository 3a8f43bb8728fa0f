import assert from "node:assert/strict";
import { test } from "node:test";
import { accountingHtml, accountingText, type AccountingPage } from "./accounting-page.ts";

const PAGE: AccountingPage = {
  subject: "abcdefghijklmnopqrstuv",
  since: "2020-01-02T00:00:00.000Z",
  until: "2026-01-02T00:00:00.000Z",
  log: { origin: "ward.example/ledger", size: 42 },
  disclosures: [
    {
      first: "2025-03-01T08:00:00.000Z",
      last: "2025-05-01T08:00:00.000Z",
      count: 3,
      recipient: "<script>.example",
      description: 'Condition ("code")',
      purpose: "PUBHLTH",
      purposeText: "public health",
      indexes: [1, 2, 3],
    },
  ],
  leftOut: 7,
  hasMore: false,
};

test("the page says date, recipient, what and why, in text and in HTML", () => {
  const text = accountingText(PAGE);
  for (const part of ["2025-03-01 to 2025-05-01, 3 times", "<script>.example", "public health", "Not listed: 7"]) {
    assert.ok(text.includes(part), part);
  }
  const html = accountingHtml(PAGE);
  assert.ok(html.includes("&lt;script&gt;.example") && !html.includes("<script>"));
  assert.match(html, /<html lang="en">.*<caption>.*<th scope="col">Recipient.*<th scope="row">2025-03-01/s);
});

test("an empty list says so, and a cut one says that it is not complete", () => {
  for (const page of [accountingText, accountingHtml]) {
    assert.match(page({ ...PAGE, disclosures: [] }), /No disclosure in this period/);
    assert.match(page({ ...PAGE, hasMore: true }), /not complete/);
    assert.doesNotMatch(page(PAGE), /not complete/);
  }
});
