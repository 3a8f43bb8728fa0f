import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Check, Issue } from "./check.ts";
import { narrative } from "./narrative.ts";

function verdict(text: string): string | undefined {
  const issues: Issue[] = [];
  narrative(text, { issues, issuesMax: 1 } as unknown as Check);
  return issues[0]?.rule;
}
const div = (inner: string) => `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>`;

describe("a narrative", () => {
  for (const inner of [
    "text",
    "<p>a <b>b</b><br/>c &amp; d &#233; &nbsp;&eacute;&hearts;</p>",
    '<table border="1"><tbody><tr><td colspan="2">x</td></tr></tbody></table>',
    '<a href="http://example.org/?a=1&amp;b=2">x</a> <a href="#x" name="y">y</a> <a href="mailto:a@example.org">m</a>',
    '<img src="data:image/png;base64,AAAA" alt="x"/>',
    '<img src="#picture"/>',
    '<p style="color: red; width: 10px" class="a">x</p><!-- note -->',
  ]) {
    it(`may hold ${inner}`, () => assert.equal(verdict(div(inner)), undefined));
  }

  for (const text of [
    "text",
    "<p>x</p>",
    div("<p>a<p>b</p></p>"),
    div("<p>a<b><table><tr><td>b</td></tr></table></b></p>"),
    "<div>x</div>",
    `<div xmlns="http://www.w3.org/1999/xhtml">x`,
    `${div("x")}${div("x")}`,
    `${div("x")}<script>x</script>`,
    `<?xml version="1.0"?>${div("x")}`,
    `<!DOCTYPE div [<!ENTITY e SYSTEM "file:///etc/passwd">]>${div("&e;")}`,
    div("<SCRIPT>x</SCRIPT>"),
    div("<scr<script>ipt>x"),
    div("<p>x</b>"),
    div("a & b"),
    div("a &nosuch; b"),
    div("a < b"),
    div("<![CDATA[x]]>"),
    div('<p onclick="x()">x</p>'),
    div('<p ONCLICK="x()">x</p>'),
    div('<p data-x="1">x</p>'),
    div('<p id="a" id="b">x</p>'),
    div("<p id=a>x</p>"),
    div('<iframe src="http://example.org"></iframe>'),
    div('<object data="x">x</object>'),
    div('<form action="x"><input name="x"/></form>'),
    div('<link rel="stylesheet" href="http://example.org/a.css"/>'),
    div("<style>p { color: red }</style>"),
    div('<svg onload="x()"></svg>'),
    div('<math><mi href="javascript:x">x</mi></math>'),
    div('<a href="javascript:alert(1)">x</a>'),
    div('<a href="JaVaScript:alert(1)">x</a>'),
    div('<a href="java&#x0A;script:alert(1)">x</a>'),
    div('<a href="&#106;avascript:alert(1)">x</a>'),
    div('<a href="javascript&colon;alert(1)">x</a>'),
    div('<a href="vbscript:x">x</a>'),
    div('<a href="data:text/html,x">x</a>'),
    div('<img src="data:image/svg+xml,x"/>'),
    div('<img src="data:text/html,x"/>'),
    div('<img src="javascript:x"/>'),
    div('<p style="background: url(http://example.org/x)">x</p>'),
    div('<p style="background: u\\72l(x)">x</p>'),
    div('<p style="width: expression(x)">x</p>'),
    div('<p xmlns="http://www.w3.org/2000/svg">x</p>'),
    div("<p>".repeat(1000) + "x" + "</p>".repeat(1000)),
  ]) {
    it(`refuses ${text.slice(0, 120)}`, () => assert.equal(verdict(text), "txt-1"));
  }

  for (const inner of ["", " \n ", "<p></p>", "<pre> </pre>", "<!-- only a comment -->"]) {
    it(`refuses the emptiness of "${inner}"`, () => assert.equal(verdict(div(inner)), "txt-2"));
  }
});
