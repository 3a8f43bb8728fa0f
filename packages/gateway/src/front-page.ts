/** `/`: for the person who opened the node's address in a browser. Plain, readable without style or script, names nobody. */

export const FRONT_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ward node</title>
<style>
body { font: 1.125rem/1.6 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; color: #1b1f24; background: #fff; }
code { font-size: 0.95em; background: #eef1f4; padding: 0.1em 0.3em; border-radius: 3px; }
a { color: #0b57a4; }
@media (prefers-color-scheme: dark) { body { color: #e6e9ec; background: #14171a; } code { background: #262b31; } a { color: #8ec2ff; } }
</style>
</head>
<body>
<main>
<h1>This is a Ward node</h1>
<p>It runs healthcare functions and serves FHIR R4. There is nothing to see here for a browser; programs talk to it at these addresses:</p>
<ul>
<li><a href="/healthz"><code>/healthz</code></a> says whether the node is ready.</li>
<li><a href="/fhir/R4/metadata"><code>/fhir/R4/metadata</code></a> says what the FHIR API can do. Everything else under <code>/fhir/R4</code> asks for a bearer token.</li>
<li><code>/fn/…</code> are the app's own functions.</li>
</ul>
<p>How to call them is written in the project's <code>README.md</code> and under <code>docs/</code>; what an error code means, in <code>docs/errors.md</code>.</p>
</main>
</body>
</html>
`;
