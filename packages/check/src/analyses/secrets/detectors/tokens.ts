/** Keys and tokens of services whose shape is their own, as their makers document it or their own checks tell it. */
import { tokenIsNotInFiles, valueIsNotInFiles } from "../facts.ts";
import { hasBase62Checksum, isLivingJwt } from "./checksum.ts";
import type { Detector, Match, Place } from "./detector.ts";
import { entropyOf, isPlaceholder } from "./plausible.ts";

/** Nothing before and after it that could be a part of a longer text. */
const START = "(?<![A-Za-z0-9_])";
const END = "(?![A-Za-z0-9_-])";

interface Shape {
  readonly kind: string;
  readonly name: string;
  readonly shape: string;
  readonly hints: readonly string[];
  readonly accepts?: Detector["accepts"];
}

const SHAPES: readonly Shape[] = [
  {
    kind: "github-token",
    name: "GitHub token",
    shape: "gh[pousr]_(?<random>[A-Za-z0-9]{30})(?<checksum>[A-Za-z0-9]{6})",
    hints: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
    accepts: hasChecksum,
  },
  {
    kind: "github-fine-grained-token",
    name: "GitHub fine-grained token",
    shape: "github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
    hints: ["github_pat_"],
  },
  {
    kind: "npm-token",
    name: "npm token",
    shape: "npm_(?<random>[A-Za-z0-9]{30})(?<checksum>[A-Za-z0-9]{6})",
    hints: ["npm_"],
    accepts: hasChecksum,
  },
  {
    kind: "gitlab-token",
    name: "GitLab token",
    shape: "gl(?:pat|dt|rt|ptt)-[A-Za-z0-9_-]{20,64}",
    hints: ["glpat-", "gldt-", "glrt-", "glptt-"],
  },
  {
    kind: "slack-token",
    name: "Slack token",
    shape: "xox[abeprs]-(?:\\d{1,2}-)?\\d{9,14}-(?:\\d{9,14}-)?(?:\\d{9,14}-)?[A-Za-z0-9]{20,64}",
    hints: ["xoxa-", "xoxb-", "xoxe-", "xoxp-", "xoxr-", "xoxs-"],
  },
  {
    kind: "slack-app-token",
    name: "Slack app token",
    shape: "xapp-\\d-[A-Z0-9]{9,14}-\\d{9,14}-[a-f0-9]{64}",
    hints: ["xapp-"],
  },
  {
    kind: "slack-webhook",
    name: "Slack webhook",
    shape: "hooks\\.slack\\.com/(?:services|workflows)/T[A-Z0-9]{8,12}/[A-Z0-9]{8,14}/[A-Za-z0-9]{20,40}",
    hints: ["hooks.slack.com/"],
  },
  { kind: "stripe-key", name: "Stripe live key", shape: "[sr]k_live_[A-Za-z0-9]{24,200}", hints: ["k_live_"] },
  {
    kind: "stripe-webhook-secret",
    name: "Stripe webhook secret",
    shape: "whsec_[A-Za-z0-9+/]{32,64}={0,2}",
    hints: ["whsec_"],
  },
  { kind: "google-api-key", name: "Google API key", shape: "AIza[0-9A-Za-z_-]{35}", hints: ["AIza"] },
  {
    kind: "google-oauth-secret",
    name: "Google OAuth client secret",
    shape: "GOCSPX-[A-Za-z0-9_-]{28}",
    hints: ["GOCSPX-"],
  },
  { kind: "sendgrid-key", name: "SendGrid key", shape: "SG\\.[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}", hints: ["SG."] },
  {
    kind: "openai-key",
    name: "OpenAI key",
    shape: "sk-[A-Za-z0-9_-]{10,120}T3BlbkFJ[A-Za-z0-9_-]{20,120}",
    hints: ["T3BlbkFJ"],
  },
  {
    kind: "anthropic-key",
    name: "Anthropic key",
    shape: "sk-ant-[a-z]{2,8}\\d\\d-[A-Za-z0-9_-]{80,120}",
    hints: ["sk-ant-"],
  },
  { kind: "digitalocean-token", name: "DigitalOcean token", shape: "do[opr]_v1_[0-9a-f]{64}", hints: ["_v1_"] },
  {
    kind: "shopify-token",
    name: "Shopify token",
    shape: "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",
    hints: ["shpat_", "shpca_", "shppa_", "shpss_"],
  },
  {
    kind: "vault-token",
    name: "HashiCorp Vault token",
    shape: "hv[sbr]\\.[A-Za-z0-9_-]{24,200}",
    hints: ["hvs.", "hvb.", "hvr."],
  },
  {
    kind: "terraform-token",
    name: "HCP Terraform token",
    shape: "[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_-]{60,80}",
    hints: [".atlasv1."],
  },
  { kind: "databricks-token", name: "Databricks token", shape: "dapi[0-9a-f]{32}(?:-\\d)?", hints: ["dapi"] },
  { kind: "pypi-token", name: "PyPI token", shape: "pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,300}", hints: ["pypi-AgE"] },
  { kind: "new-relic-key", name: "New Relic key", shape: "NRAK-[A-Z0-9]{27}", hints: ["NRAK-"] },
  {
    kind: "grafana-token",
    name: "Grafana token",
    shape: "gls?a_[A-Za-z0-9]{32}_[0-9a-f]{8}",
    hints: ["glsa_", "gla_"],
  },
  { kind: "hugging-face-token", name: "Hugging Face token", shape: "hf_[A-Za-z]{34}", hints: ["hf_"] },
  { kind: "linear-key", name: "Linear key", shape: "lin_api_[A-Za-z0-9]{40}", hints: ["lin_api_"] },
  { kind: "postman-key", name: "Postman key", shape: "PMAK-[0-9a-f]{24}-[0-9a-f]{34}", hints: ["PMAK-"] },
  {
    kind: "doppler-token",
    name: "Doppler token",
    shape: "dp\\.(?:pt|st|ct|sa)\\.(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,44}",
    hints: ["dp.pt.", "dp.st.", "dp.ct.", "dp.sa."],
  },
  { kind: "atlassian-token", name: "Atlassian token", shape: "ATATT3[A-Za-z0-9_=-]{180,220}", hints: ["ATATT3"] },
  { kind: "telegram-token", name: "Telegram bot token", shape: "\\d{8,10}:AA[A-Za-z0-9_-]{33}", hints: [":AA"] },
  {
    kind: "age-key",
    name: "age secret key",
    shape: "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
    hints: ["AGE-SECRET-KEY-1"],
  },
  {
    kind: "azure-client-secret",
    name: "Azure client secret",
    shape: "[A-Za-z0-9_~.]{3}\\dQ~[A-Za-z0-9_~.-]{31,34}",
    hints: ["Q~"],
  },
];

function hasChecksum({ groups }: Match): boolean {
  return hasBase62Checksum(groups["random"] ?? "", groups["checksum"] ?? "");
}

function isNoPlaceholder({ secret }: Match): boolean {
  return !isPlaceholder(secret.replace(/^[A-Za-z]{2,8}[-_.]/, "")) && entropyOf(secret) >= 3;
}

const SHAPED = SHAPES.map(({ kind, name, shape, hints, accepts }): Detector => ({
  kind,
  name,
  fact: tokenIsNotInFiles,
  pattern: new RegExp(`${START}${shape}${END}`, "g"),
  hints,
  accepts: accepts ?? isNoPlaceholder,
  shownMax: 4,
  isRandom: true,
}));

const AWS_NEAR = 400;
const AWS_SECRET = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;

/** A key id is no secret by itself; with its secret nearby both are. */
function hasSecretNearby({ index, secret }: Match, { text }: Place): boolean {
  if (isExampleKeyId(secret)) return false;
  const near = text.slice(Math.max(0, index - AWS_NEAR), index + secret.length + AWS_NEAR);
  return [...near.matchAll(AWS_SECRET)].some(([value]) => isAwsSecret(value));
}

function isExampleKeyId(id: string): boolean {
  return id.endsWith("EXAMPLE") || isPlaceholder(id);
}

function isAwsSecret(value: string): boolean {
  const isHex = /^[0-9a-f]+$/i.test(value);
  return !isHex && !isPlaceholder(value) && !value.startsWith("/") && /\d/.test(value) && entropyOf(value) >= 4.2;
}

export const TOKEN_DETECTORS: readonly Detector[] = [
  ...SHAPED,
  {
    kind: "aws-access-key",
    name: "AWS access key with its secret",
    fact: tokenIsNotInFiles,
    pattern: /(?<![A-Za-z0-9/+_])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9/+=_])/g,
    hints: ["AKIA", "ASIA"],
    accepts: hasSecretNearby,
    shownMax: 4,
    isRandom: true,
  },
  {
    kind: "aws-secret-key",
    name: "AWS secret key",
    fact: tokenIsNotInFiles,
    pattern:
      /(?:aws|secret)_?-?(?:secret)?_?-?(?:access)?_?-?key(?:_?id)?["'`]?\s{0,3}(?:=>|[:=])\s{0,3}["'`]?(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
    hints: ["key", "Key", "KEY"],
    accepts: ({ secret }) => isAwsSecret(secret),
    shownMax: 0,
    isRandom: true,
  },
  {
    kind: "azure-storage-key",
    name: "Azure storage account key",
    fact: tokenIsNotInFiles,
    pattern: /AccountKey=(?<secret>[A-Za-z0-9+/]{86}==)/g,
    hints: ["AccountKey="],
    accepts: ({ secret }) => !isPlaceholder(secret) && entropyOf(secret) >= 4,
    shownMax: 0,
    isRandom: true,
  },
  {
    kind: "twilio-key",
    name: "Twilio key or token",
    fact: tokenIsNotInFiles,
    pattern: /twilio[\w.-]{0,30}["'`]?\s{0,3}(?:=>|[:=])\s{0,3}["'`]?(?<secret>(?:SK)?[0-9a-f]{32})(?![0-9A-Za-z])/gi,
    hints: ["twilio", "Twilio", "TWILIO"],
    accepts: ({ secret }) => !isPlaceholder(secret) && entropyOf(secret) >= 3,
    shownMax: 0,
    isRandom: true,
  },
  {
    kind: "json-web-token",
    name: "signed JSON Web Token",
    fact: valueIsNotInFiles,
    pattern:
      /(?<![A-Za-z0-9_.-])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,6000}\.[A-Za-z0-9_-]{20,1400}(?![A-Za-z0-9_-])/g,
    hints: ["eyJ"],
    accepts: ({ secret }, { now }) => isLivingJwt(secret, now),
    shownMax: 0,
    isRandom: true,
    skipsTests: true,
  },
];
