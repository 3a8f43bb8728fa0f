/** Companies whose SDKs take data out, and hosts that are one's own. */
import type { ExternalCall } from "../../../code/contract.ts";
import { lineagesOf, packageOf } from "../lineage.ts";
import { showCallee } from "../show-code.ts";
import type { Sink } from "./sink.ts";

type Row = readonly [packages: RegExp, company: string, harmless?: RegExp];

const SDKS: readonly Row[] = [
  [/^@segment\/|^analytics-node$/, "Segment"],
  [/^mixpanel(?:-browser)?$/, "Mixpanel"],
  [/^@?amplitude(?:\/|$)|^amplitude-js$/, "Amplitude"],
  [/^posthog-(?:node|js)$/, "PostHog"],
  [/^@heap\/|^heap-api$/, "Heap"],
  [/^(?:@rudderstack\/.*|rudder-sdk-node|@rudderstack\/rudder-sdk-node)$/, "RudderStack"],
  [/^(?:universal-analytics|ga4-mp|@google-analytics\/data|ga-measurement-protocol|react-ga4?)$/, "Google Analytics"],
  [/^customerio-node$/, "Customer.io"],
  [/^braze-api$|^@braze\//, "Braze"],
  [/^(?:klaviyo-api|klaviyo-node)$/, "Klaviyo"],
  [/^(?:@hubspot\/.*)$/, "HubSpot"],
  [/^jsforce$|^@salesforce\//, "Salesforce"],
  [/^intercom-client$/, "Intercom"],
  [/^node-zendesk$/, "Zendesk"],
  [/^statsig-node(?:-\w+)?$|^@statsig\//, "Statsig"],
  [/^@?launchdarkly(?:-|\/)/, "LaunchDarkly"],
  [/^@sentry\/|^raven$/, "Sentry", /(?:init|flush|close|startSpan|getCurrentScope|wrapHandler|metrics)$/],
  [/^@bugsnag\//, "Bugsnag", /(?:start|createHandler)$/],
  [/^rollbar$/, "Rollbar", /(?:lambdaHandler|wait)$/],
  [/^@honeybadger-io\//, "Honeybadger", /(?:configure|lambdaHandler)$/],
  [/^logrocket$/, "LogRocket", /init$/],
  [/^@fullstory\//, "FullStory"],
  [
    /^newrelic$|^@newrelic\//,
    "New Relic",
    /(?:startWebTransaction|startBackgroundTransaction|setLambdaHandler|startSegment)$/,
  ],
  [
    /^(?:dd-trace|datadog-lambda-js|@datadog\/.*|datadog-metrics|datadog-winston)$/,
    "Datadog",
    /(?:init|wrap|datadog|use)$/,
  ],
  [/^(?:@elastic\/apm-rum|elastic-apm-node)$/, "Elastic", /(?:start)$/],
  [/^(?:@honeycombio\/.*|libhoney|honeycomb-beeline)$/, "Honeycomb"],
  [
    /^(?:loggly|winston-loggly-bulk|node-loggly-bulk|@logdna\/.*|logdna|@papertrail\/.*|winston-papertrail|logzio-nodejs|winston-logzio)$/,
    "a log service",
  ],
  [/^applicationinsights$|^@azure\//, "Microsoft Azure"],
  [/^@slack\/|^slack-node$|^node-slack-sdk$/, "Slack"],
  [/^discord\.js$|^@discordjs\//, "Discord"],
  [/^(?:node-telegram-bot-api|telegraf|grammy)$/, "Telegram"],
  [/^@microsoft\/(?:microsoft-graph-client|teams.*)$/, "Microsoft"],
  [/^(?:@pagerduty\/.*|node-pagerduty|opsgenie-sdk)$/, "an on-call service"],
  [/^stripe$/, "Stripe"],
  [/^openai$|^@langchain\/openai$|^@ai-sdk\/openai$/, "OpenAI"],
  [/^@anthropic-ai\/(?!bedrock)|^@langchain\/anthropic$|^@ai-sdk\/anthropic$/, "Anthropic"],
  [/^@google\/(?:generative-ai|genai)$|^@google-cloud\/|^googleapis$|^@langchain\/google/, "Google"],
  [
    /^(?:cohere-ai|@mistralai\/.*|@huggingface\/.*|replicate|groq-sdk|together-ai|ollama-ai-provider|@pinecone-database\/.*|@ai-sdk\/(?!amazon-bedrock).*|langchain|@langchain\/(?!aws).*|llamaindex|ai|assemblyai|@deepgram\/.*|elevenlabs|deepl-node)$/,
    "a provider of models",
  ],
  [/^(?:algoliasearch|@algolia\/.*)$/, "Algolia"],
  [/^airtable$/, "Airtable"],
  [/^@notionhq\/client$/, "Notion"],
  [/^firebase(?:-admin)?$/, "Firebase"],
  [/^@supabase\//, "Supabase"],
  [/^pusher$/, "Pusher"],
  [/^(?:onesignal-node|@onesignal\/.*|expo-server-sdk|node-pushnotifications|web-push|apn)$/, "a push service"],
  [/^(?:cloudinary|@uploadcare\/.*|filestack-js)$/, "a media service"],
  [/^(?:docusign-esign|@hellosign\/.*)$/, "a signing service"],
];

const MAIL: readonly Row[] = [
  [/^twilio$/, "Twilio"],
  [/^@sendgrid\//, "SendGrid", /(?:setApiKey|setClient|setDefaultHeader)$/],
  [
    /^(?:mailgun(?:\.js|-js)|@mailchimp\/.*|postmark|resend|@getbrevo\/.*|sib-api-v3-sdk|mailersend|sparkpost|nodemailer|emailjs|@plunk\/node|node-mailjet|mandrill-api)$/,
    "a mail service",
  ],
  [
    /^(?:@vonage\/.*|nexmo|messagebird|plivo|telnyx|sinch|@sinch\/.*|clicksend|textmagic-rest-client)$/,
    "a service of text messages",
  ],
];

export function thirdPartySinks(call: ExternalCall): readonly Sink[] {
  for (const { module, members } of lineagesOf(call.callee)) {
    const name = packageOf(module);
    const mail = MAIL.find((row) => isAbout(row, name));
    if (mail && !isHarmless(mail, members)) {
      return [
        {
          fact: "mail",
          values: call.args.map(withoutAddressee),
          text: `is sent through ${mail[1]} by ${showCallee(call)}`,
        },
      ];
    }
    const row = SDKS.find((one) => isAbout(one, name));
    if (row && !isHarmless(row, members)) {
      return [
        { fact: "thirdParty", values: [...call.args, call.restArgs], text: `goes to ${row[1]} by ${showCallee(call)}` },
      ];
    }
  }
  return [];
}

function isAbout([packages]: Row, name: string): boolean {
  return packages.test(name);
}

function isHarmless([, , harmless]: Row, members: readonly string[]): boolean {
  return harmless?.test(members.join(".")) === true;
}

/** Whom a message goes to is no leak by itself: it is sent to them. */
function withoutAddressee(argument: ExternalCall["args"][number]): ExternalCall["args"][number] {
  if (argument.kind !== "object") return argument;
  const kept = [...argument.entries].filter(
    ([key]) => !/^(?:to|from|cc|bcc|replyTo|reply_to|phone|phoneNumber|recipients?|mediaUrl)$/.test(key),
  );
  return { ...argument, entries: new Map(kept) };
}

/** Own machines and AWS, which its agreement covers. */
export function isOwnHost(host: string): boolean {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return (
    /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|169\.254\.\d+\.\d+)$/.test(
      name,
    ) ||
    /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|on\.aws|aws\.dev|local|internal|lan|localdomain|svc|cluster\.local)$/.test(
      name,
    ) ||
    !name.includes(".")
  );
}
