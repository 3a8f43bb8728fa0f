import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { scanText } from "./scan-text.ts";
import { BASE62, BASE64, HEX, jwt, LOWER, made, pem, UPPER, withChecksum } from "./testing/made-secrets.ts";

const NOW = new Date("2027-01-31T00:00:00Z");
const LATER = Math.floor(NOW.getTime() / 1000) + 3600;

function kindsIn(text: string, path = "src/config.ts"): readonly string[] {
  return scanText(path, text, NOW).map(({ kind }) => kind);
}

interface Case {
  readonly kind: string;
  /** What has the secret. */
  readonly with: string;
  /** What looks nearly the same and has none. */
  readonly without: string;
  readonly path?: string;
}

const awsId = `AKIA${made(16, UPPER, "id")}`;
const awsSecret = made(40, BASE64, "aws secret 4");
const password = "kT9-wq4.Zr7";
/** Put together when the test runs, since written out they would be found here. */
const ssn = ["536", "22", "8147"].join("-");
const otherSsn = ["212", "61", "9384"].join("-");
const random = made(40, LOWER, "value");

const CASES: readonly Case[] = [
  { kind: "aws-access-key", with: `id = "${awsId}"\nother = "${awsSecret}"`, without: `id = "${awsId}"` },
  {
    kind: "aws-access-key",
    with: `${awsId},${awsSecret}`,
    without: `AKIAIOSFODNN7EXAMPLE,${awsSecret}`,
    path: "keys.csv",
  },
  {
    kind: "aws-secret-key",
    with: `aws_secret_access_key = ${awsSecret}`,
    without: "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    path: "credentials",
  },
  {
    kind: "aws-secret-key",
    with: `secretAccessKey: "${awsSecret}"`,
    without: `secretAccessKey: process.env.AWS_SECRET`,
  },
  { kind: "aws-secret-key", with: `AWS_SECRET_ACCESS_KEY="${awsSecret}"`, without: `AWS_COMMIT="${made(40, HEX)}"` },
  { kind: "github-token", with: withChecksum("ghp_"), without: `ghp_${made(36)}` },
  { kind: "github-token", with: `x ${withChecksum("ghs_", "b")} y`, without: `${withChecksum("ghs_", "b")}more` },
  { kind: "github-token", with: `gh: "${withChecksum("gho_", "c")}"`, without: `gh: "gho_${"x".repeat(36)}"` },
  {
    kind: "github-fine-grained-token",
    with: `github_pat_${made(22)}_${made(59, BASE62, "2")}`,
    without: `github_pat_${"X".repeat(22)}_${"X".repeat(59)}`,
  },
  {
    kind: "npm-token",
    with: `//registry/:_authToken=${withChecksum("npm_")}`,
    without: "//registry/:_authToken=${NPM_TOKEN}",
    path: ".npmrc",
  },
  {
    kind: "npm-token",
    with: withChecksum("npm_", "d"),
    without: "npm_config_registry_and_more_than_thirty_six_letters",
  },
  { kind: "gitlab-token", with: `glpat-${made(20)}`, without: "glpat-xxxxxxxxxxxxxxxxxxxx" },
  {
    kind: "slack-token",
    with: `xoxb-${made(12, "1234567890", "t")}-${made(12, "9876543210", "u")}-${made(24)}`,
    without: "xoxb-your-token-here-and-there",
  },
  {
    kind: "slack-webhook",
    with: `https://hooks.slack.com/services/T${made(9, UPPER)}/B${made(9, UPPER)}/${made(24)}`,
    without: "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
  },
  {
    kind: "slack-app-token",
    with: `xapp-1-A${made(10, UPPER)}-${made(12, "123456789")}-${made(64, HEX)}`,
    without: "xapp-1-A0-1-abc",
  },
  { kind: "stripe-key", with: `sk_live_${made(24)}`, without: `sk_test_${made(24)}` },
  { kind: "stripe-key", with: `rk_live_${made(99)}`, without: "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx" },
  { kind: "stripe-webhook-secret", with: `whsec_${made(32)}`, without: "whsec_test_only_this_is_no_secret_at_all" },
  { kind: "google-api-key", with: `AIza${made(35)}`, without: `AIza${made(34)}` },
  { kind: "google-oauth-secret", with: `GOCSPX-${made(28)}`, without: "GOCSPX-your-client-secret-is-here" },
  { kind: "sendgrid-key", with: `SG.${made(22)}.${made(43, BASE62, "s")}`, without: "SG.actually.not" },
  { kind: "openai-key", with: `sk-proj-${made(40)}T3BlbkFJ${made(40, BASE62, "o")}`, without: "sk-proj-your-key" },
  { kind: "anthropic-key", with: `sk-ant-api03-${made(95)}`, without: "sk-ant-api03-..." },
  { kind: "digitalocean-token", with: `dop_v1_${made(64, HEX)}`, without: `dop_v1_${"0".repeat(64)}` },
  { kind: "shopify-token", with: `shpat_${made(32, HEX)}`, without: `shpat_${made(31, HEX)}` },
  { kind: "vault-token", with: `hvs.${made(24)}`, without: "hvs.service.policies.resolve()" },
  { kind: "terraform-token", with: `${made(14)}.atlasv1.${made(64)}`, without: "abc.atlasv1.def" },
  { kind: "databricks-token", with: `dapi${made(32, HEX)}`, without: "dapi-version-2" },
  { kind: "pypi-token", with: `pypi-AgEIcHlwaS5vcmc${made(80)}`, without: "pypi-AgE" },
  { kind: "new-relic-key", with: `NRAK-${made(27, UPPER)}`, without: "NRAK-EXAMPLE" },
  { kind: "grafana-token", with: `glsa_${made(32)}_${made(8, HEX)}`, without: "glsa_token" },
  {
    kind: "hugging-face-token",
    with: `hf_${made(34, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")}`,
    without: "hf_transformers_model",
  },
  { kind: "linear-key", with: `lin_api_${made(40)}`, without: "lin_api_url" },
  { kind: "postman-key", with: `PMAK-${made(24, HEX)}-${made(34, HEX)}`, without: "PMAK-1" },
  { kind: "doppler-token", with: `dp.pt.${made(43)}`, without: "dp.pt.render(document)" },
  { kind: "atlassian-token", with: `ATATT3${made(186)}`, without: "ATATT3" },
  { kind: "telegram-token", with: `${made(10, "1234567890")}:AA${made(33)}`, without: "12:AA:BB:CC" },
  {
    kind: "age-key",
    with: `AGE-SECRET-KEY-1${made(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")}`,
    without: "AGE-SECRET-KEY-1...",
  },
  { kind: "azure-client-secret", with: `secret: ${made(3)}8Q~${made(34)}`, without: "8Q~" },
  {
    kind: "azure-storage-key",
    with: `DefaultEndpointsProtocol=https;AccountName=clinic;AccountKey=${made(86, BASE64)}==;`,
    without: "AccountName=clinic;AccountKey=<key>;",
  },
  { kind: "twilio-key", with: `TWILIO_AUTH_TOKEN=${made(32, HEX)}`, without: `TWILIO_AUTH_TOKEN=$TOKEN`, path: ".env" },
  {
    kind: "json-web-token",
    with: `"${jwt({ sub: "svc", exp: LATER })}"`,
    without: `"${jwt({ sub: "svc", exp: LATER - 9999 })}"`,
  },
  {
    kind: "json-web-token",
    with: `"${jwt({ sub: "service" })}"`,
    without: `"${jwt({ sub: "1234567890", name: "John Doe" })}"`,
  },
  {
    kind: "private-key",
    with: pem("PRIVATE KEY"),
    without: "-----BEGIN PRIVATE KEY-----\nMIIEvQ...\n-----END PRIVATE KEY-----",
  },
  { kind: "private-key", with: pem("RSA PRIVATE KEY", 1100), without: pem("PUBLIC KEY") },
  { kind: "private-key", with: pem("EC PRIVATE KEY", 120), without: pem("CERTIFICATE") },
  {
    kind: "private-key",
    with: JSON.stringify({ key: pem("PRIVATE KEY") }),
    without: 'text.includes("-----BEGIN PRIVATE KEY-----")',
  },
  {
    kind: "private-key",
    with: JSON.stringify({ type: "service_account", private_key: `${pem("PRIVATE KEY")}\n` }),
    without: JSON.stringify({
      type: "service_account",
      private_key: "-----BEGIN PRIVATE KEY-----\n<key>\n-----END PRIVATE KEY-----",
    }),
    path: "service-account.json",
  },
  {
    kind: "encrypted-private-key",
    with: pem("ENCRYPTED PRIVATE KEY"),
    without: "-----BEGIN ENCRYPTED PRIVATE KEY-----",
  },
  { kind: "test-private-key", with: pem("PRIVATE KEY"), without: pem("PUBLIC KEY"), path: "tests/fixtures/key.pem" },
  {
    kind: "pgp-private-key",
    with: `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${made(400, BASE64)}\n-----END PGP PRIVATE KEY BLOCK-----`,
    without: "-----BEGIN PGP PRIVATE KEY BLOCK-----",
  },
  {
    kind: "address-with-password",
    with: `postgres://ward:${password}@db.clinic.org:5432/fhir`,
    without: "postgres://ward:${PASSWORD}@db.clinic.org:5432/fhir",
  },
  {
    kind: "address-with-password",
    with: `mongodb+srv://app:${password}@cluster0.mongodb.net`,
    without: `mongodb://app:${password}@localhost`,
  },
  {
    kind: "address-with-password",
    with: `redis://:${password}@cache.clinic.org:6379`,
    without: "redis://cache.clinic.org:6379",
  },
  {
    kind: "address-with-password",
    with: `amqps://hl7:${password}@mq.clinic.org`,
    without: `amqps://hl7:${password}@mq.example.com`,
  },
  {
    kind: "address-with-password",
    with: `https://bot:${password}@git.clinic.org/a.git`,
    without: "postgres://postgres:postgres@db:5432/test",
  },
  {
    kind: "address-with-password",
    with: `smtp://mail:${password}@mail.clinic.org:587`,
    without: "smtp://mail:<password>@mail.clinic.org",
  },
  {
    kind: "connection-string-with-password",
    with: `Server=sql.clinic.org;Database=emr;User Id=sa;Password=${password};`,
    without: "Server=sql.clinic.org;Database=emr;Integrated Security=true;",
  },
  {
    kind: "assigned-value",
    with: `const apiKey = "${random}";`,
    without: 'const apiKey = "process.env.API_KEY_OF_THE_LAB";',
  },
  {
    kind: "assigned-value",
    with: `{ "clientSecret": "${random}" }`,
    without: `{ "clientSecretArn": "${random}" }`,
    path: "a.json",
  },
  { kind: "assigned-value", with: `password: "${password}"`, without: 'password: "changeme"' },
  { kind: "assigned-value", with: `DB_PASSWORD = '${password}'`, without: "DB_PASSWORD = 'DatabasePassword'" },
  { kind: "assigned-value", with: `jwt_secret => "${random}"`, without: 'jwt_secret => "laboratory-jwt-secret-name"' },
  { kind: "assigned-value", with: `signingKey: "${made(64, HEX)}"`, without: `signingKey: "${"ab".repeat(32)}"` },
  { kind: "assigned-value", with: `const token = \`${random}\``, without: "const token = `${prefix}.${random}`" },
  {
    kind: "assigned-value",
    with: `encryption_key: "${made(43, BASE64)}="`,
    without: 'encryption_key: "0b9f1f9e-3c3a-4a53-9f0f-bd1b1a1f4a60"',
  },
  { kind: "assigned-value", with: `masterKey = "${made(32, HEX)}"`, without: `partitionKey = "${made(32, HEX)}"` },
  { kind: "assigned-value", with: `accessToken: "${random}"`, without: `csrfToken: "${random}"` },
  { kind: "configured-value", with: `LAB_API_KEY=${random}\n`, without: "LAB_API_KEY=\n", path: ".env" },
  {
    kind: "configured-value",
    with: `  password: ${password}\n`,
    without: "  password: !Ref DatabasePassword\n",
    path: "values.yaml",
  },
  {
    kind: "configured-value",
    with: `export SMTP_PASSWORD=${password}\n`,
    without: "export SMTP_PASSWORD=$(pass smtp)\n",
    path: "run.sh",
  },
  {
    kind: "configured-value",
    with: `db_password: ${password}\n`,
    without: "db_password: {{ .Values.password }}\n",
    path: "app.yaml",
  },
  {
    kind: "configured-value",
    with: `ENV API_TOKEN=${random}\n`,
    without: "ENV API_TOKEN=placeholder-for-the-build\n",
    path: "Dockerfile",
  },
  {
    kind: "authorization-header",
    with: `headers: { Authorization: "Basic ${Buffer.from(`svc:${password}`).toString("base64")}" }`,
    without: `headers: { Authorization: "Basic dXNlcjpwYXNzd29yZA==" }`,
  },
  {
    kind: "authorization-header",
    with: `"authorization": "Bearer ${random}"`,
    without: '"authorization": "Bearer the-token-of-the-user"',
  },
  {
    kind: "social-security-number",
    with: `"ssn": "${ssn}"`,
    without: '"ssn": "987-65-4321"',
    path: "fixtures/patient.json",
  },
  {
    kind: "npmrc-token",
    with: `//packages.clinic.org/:_authToken=${made(36)}`,
    without: "//packages.clinic.org/:_authToken=${TOKEN}",
    path: ".npmrc",
  },
  {
    kind: "npmrc-password",
    with: `_auth=${Buffer.from(`bot:${password}`).toString("base64")}\n`,
    without: `_auth=${Buffer.from("bot:password").toString("base64")}\n`,
    path: ".npmrc",
  },
  {
    kind: "docker-login",
    with: `{"auths":{"r.clinic.org":{"auth":"${Buffer.from(`bot:${password}`).toString("base64")}"}}}`,
    without: '{"auths":{"r.clinic.org":{"auth":"dXNlcjpwYXNzd29yZA=="}}}',
    path: ".docker/config.json",
  },
  {
    kind: "netrc-password",
    with: `machine git.clinic.org login bot password ${password}\n`,
    without: "machine git.clinic.org login bot password <password>\n",
    path: ".netrc",
  },
  {
    kind: "pgpass-password",
    with: `db.clinic.org:5432:fhir:ward:${password}`,
    without: "db.clinic.org:5432:fhir:ward:********",
    path: ".pgpass",
  },
  {
    kind: "kubeconfig-key",
    with: `    client-key-data: ${Buffer.from(pem("RSA PRIVATE KEY", 600)).toString("base64")}\n`,
    without: `    client-certificate-data: ${Buffer.from(pem("CERTIFICATE", 600)).toString("base64")}\n`,
    path: "kubeconfig.yaml",
  },
  {
    kind: "aws-session-token",
    with: `aws_session_token = ${made(300, BASE64)}`,
    without: "aws_session_token = ${AWS_SESSION_TOKEN}",
    path: "credentials",
  },
  {
    kind: "social-security-number",
    with: `SSN: ${otherSsn}`,
    without: `order ${otherSsn}`,
    path: "tests/a.ts",
  },
  {
    kind: "social-security-number",
    with: `a,${otherSsn}\nb,${ssn}\n`,
    without: `a,${otherSsn}\nb,078-05-1120\n`,
    path: "people.csv",
  },
  {
    kind: "social-security-number",
    with: `"system":"http://hl7.org/fhir/sid/us-ssn","value":"${ssn}"`,
    without: '"system":"http://hl7.org/fhir/sid/us-ssn","value":"999-55-7283"',
    path: "p.json",
  },
  { kind: "plain-social-security-number", with: `ssn=${ssn.replaceAll("-", "")}`, without: "ssn=000228147" },
  {
    kind: "plain-social-security-number",
    with: `"us-ssn", "value": "${ssn.replaceAll("-", "")}"`,
    without: '"us-ssn", "value": "111111111"',
    path: "p.json",
  },
  {
    kind: "medical-record-number",
    with: '{ "mrn": "48213907", "birthDate": "1961-04-02" }',
    without: '{ "mrn": "12345678", "birthDate": "1961-04-02" }',
    path: "fixtures/p.json",
  },
  {
    kind: "medical-record-number",
    with: "name,mrn,dob\n\nMedical Record Number: 7720418 (date of birth 4/2/1961)\n",
    without: "Medical Record Number: 7720418\n",
    path: "notes.txt",
  },
  {
    kind: "hl7-patient",
    with: "MSH|^~\\&|LAB\rPID|1||48213907^^^MERCY^MR||OKONKWO^ADAEZE^N||19610402|F\r",
    without: "MSH|^~\\&|LAB\rPID|1||12345678^^^MERCY^MR||DOE^JANE||19610402|F\r",
    path: "fixtures/oru.hl7",
  },
];

describe("the detectors of secrets", () => {
  it("are shown by sixty pairs and more, every kind among them", () => {
    assert.ok(CASES.length >= 60);
  });

  for (const [index, { kind, with: positive, without, path = "src/config.ts" }] of CASES.entries()) {
    it(`${index + 1}: ${kind} is found, and what is nearly one is not`, () => {
      assert.deepEqual([...new Set(kindsIn(positive, path))], [kind]);
      assert.deepEqual(kindsIn(without, path), []);
    });
  }
});

describe("what is no secret", () => {
  for (const [what, text, path] of [
    ["digests in a lockfile", `"integrity": "sha512-${made(86, BASE64)}=="`, "package-lock.json"],
    ["a digest called a key", `cacheKey: "${made(64, HEX)}"`, undefined],
    ["an image in base64", `<img src="data:image/png;base64,${made(400, BASE64)}">`, "a.html"],
    ["an identifier", "const tokenId = '0b9f1f9e-3c3a-4a53-9f0f-bd1b1a1f4a60';", undefined],
    ["a name of a secret", 'secretName: "laboratory/token-2027"', undefined],
    ["a reference", "password: !Sub '{{resolve:secretsmanager:db:SecretString:password}}'", "template.yaml"],
    ["an ARN", 'clientSecret: "arn:aws:secretsmanager:us-east-1:111122223333:secret:lab-AbCd12"', undefined],
    ["a type", "password: string; token?: string | undefined;", undefined],
    ["a message", 'const password = "Please enter your password";', undefined],
    ["words of other languages", '{ "password": "Contraseña", "token": "Schlüsselwörter-ändern" }', "src/i18n/es.json"],
    ["minified code", `${"a".repeat(3000)};token="${random}"`, "x.min.js"],
    ["a telephone number", "call 212-555-0143 or 802-555-0199", undefined],
    ["a date and a range", `2027-01-31, 100-20-3000-1, id-${ssn}`, "a.csv"],
    ["documentation", `password: "${password}"`, "docs/setup.md"],
    ["an example of a configuration", `API_KEY=${random}`, ".env.example"],
    ["a test's own values", `const token = "${random}";`, "src/login.test.ts"],
    ["a pattern that looks for keys", "/-----BEGIN (RSA |EC )?PRIVATE KEY-----/", undefined],
    ["an option of a program", "--password=<password> --token $TOKEN", "README.md"],
  ] as const) {
    it(`${what} is let be`, () => assert.deepEqual(kindsIn(text, path), []));
  }
});

describe("a sighting", () => {
  it("stands where the secret begins, shows a token's prefix and no more, and is the same every time", () => {
    const token = withChecksum("ghp_");
    const [one] = scanText("a.ts", `const a = "${token}";`, NOW);
    assert.equal(one?.offset, 11);
    assert.equal(one?.shown, "ghp_…");
    assert.match(one?.fingerprint ?? "", /^[0-9a-f]{8}$/);
    assert.deepEqual(scanText("a.ts", `const a = "${token}";`, NOW), [one]);
  });

  it("has no fingerprint where trying all values would tell which it is", () => {
    for (const text of [`SSN: ${otherSsn}`, `password = "${password}"`, `redis://:${password}@cache.clinic.org`]) {
      const [one] = scanText("src/a.ts", text, NOW);
      assert.ok(one, text);
      assert.equal(one.fingerprint, undefined);
      assert.match(one.shown, /^\d+ characters$/);
    }
  });

  it("is one where two detectors see the same", () => {
    assert.deepEqual(kindsIn(`const apiKey = "sk_live_${made(24)}";`), ["stripe-key"]);
    assert.deepEqual(kindsIn(`aws_secret_access_key = "${awsSecret}" # ${awsId}`).toSorted(), [
      "aws-access-key",
      "aws-secret-key",
    ]);
  });
});
