/** What the analysis of unused things says. Each is about what can be taken away, or about what is asked for and not there. */
import type { Fact } from "../../judge/fact.ts";

export const tableIsRead: Fact = {
  id: "table-is-read",
  title: "Something reads the table",
  why: "Records that nobody reads serve no purpose and can still leak, and someone pays for them and answers for them.",
  remedy:
    "Take the table out of the template after a last backup, and the code that writes to it. If people or another stack read it, say so with an output.",
  snippet: `
Outputs:
  Audit: { Value: !GetAtt Audit.Arn, Export: { Name: audit-table } }   # read elsewhere
`,
  severity: "low",
  topics: ["hygiene"],
};

export const bucketIsUsed: Fact = {
  id: "bucket-is-used",
  title: "Something uses the bucket",
  why: "A bucket that nothing uses is one more place to keep closed, and what once was put there is forgotten but not gone.",
  remedy:
    "Empty it and take it out of the template. If people or another stack use it, say so with an output or a bucket policy.",
  snippet: `
Outputs:
  Exports: { Value: !Ref Exports, Export: { Name: exports-bucket } }   # used elsewhere
`,
  severity: "low",
  topics: ["hygiene"],
};

export const topicHasPublishers: Fact = {
  id: "topic-has-publishers",
  title: "Something publishes to the topic",
  why: "A topic that nothing publishes to says nothing to those who wait for it: an alert that they rely on never comes.",
  remedy: "Publish to it where it was meant to be, or take the topic and its subscriptions out.",
  snippet: `
Alarm:
  Type: AWS::CloudWatch::Alarm
  Properties: { AlarmActions: [!Ref Alerts] }
`,
  severity: "low",
  topics: ["hygiene"],
};

export const topicHasSubscribers: Fact = {
  id: "topic-has-subscribers",
  title: "Someone subscribes to the topic",
  why: "What is published to a topic without a subscription is gone at once, and nobody is told.",
  remedy: "Subscribe a queue, a function or people to it in the template, or take it out.",
  snippet: `
OnCall:
  Type: AWS::SNS::Subscription
  Properties: { TopicArn: !Ref Alerts, Protocol: sqs, Endpoint: !GetAtt OnCallQueue.Arn }
`,
  severity: "low",
  topics: ["hygiene"],
};

export const queueHasSenders: Fact = {
  id: "queue-has-senders",
  title: "Something sends to the queue",
  why: "A queue that nothing sends to is dead weight, or the sender was forgotten and its messages go nowhere.",
  remedy: "Send to it where it was meant to be, or take it and what consumes it out.",
  snippet: `
Feed:
  Type: AWS::SNS::Subscription
  Properties: { TopicArn: !Ref Results, Protocol: sqs, Endpoint: !GetAtt Inbox.Arn }
`,
  severity: "low",
  topics: ["hygiene"],
};

export const queueHasConsumers: Fact = {
  id: "queue-has-consumers",
  title: "Something consumes the queue",
  why: "Messages that nobody takes are deleted when their retention ends: a result that was sent and never filed.",
  remedy: "Let a function consume it, or stop sending to it and take it out.",
  snippet: `
Events:
  Inbox: { Type: SQS, Properties: { Queue: !GetAtt Inbox.Arn } }
`,
  severity: "medium",
  topics: ["hygiene"],
};

export const functionIsTriggered: Fact = {
  id: "function-is-triggered",
  title: "Something calls the function",
  why: "A function that nothing calls keeps its role and its grants, and its code ages unseen.",
  remedy: "Give it its trigger, or take it out with its role. If people call it by hand, say so with an output.",
  snippet: `
Events:
  Nightly: { Type: Schedule, Properties: { Schedule: rate(1 day) } }
`,
  severity: "low",
  topics: ["hygiene"],
};

export const roleIsAssumed: Fact = {
  id: "role-is-assumed",
  title: "Something acts with the role",
  why: "A role that nothing acts with is power that lies about: whoever can pass it to a service has it.",
  remedy: "Take it out of the template, with its policies.",
  snippet: `
Save:
  Type: AWS::Lambda::Function
  Properties: { Role: !GetAtt SaveRole.Arn }   # or no SaveRole
`,
  severity: "low",
  topics: ["least-privilege", "hygiene"],
};

export const layerIsUsed: Fact = {
  id: "layer-is-used",
  title: "A function uses the layer",
  why: "A layer that no function has is code that nobody runs, patches or looks at.",
  remedy: "Take it out, or add it to the functions that were meant to have it.",
  snippet: `
Save:
  Type: AWS::Lambda::Function
  Properties: { Layers: [!Ref Shared] }
`,
  severity: "low",
  topics: ["hygiene"],
};

export const variableIsRead: Fact = {
  id: "environment-variable-is-read",
  title: "The code reads each environment variable",
  why: "Whoever may read a function's configuration reads its variables. One that no code needs is only that.",
  remedy: "Take it out of the function's environment.",
  snippet: `
Environment:
  Variables: { TABLE: !Ref Visits }   # only what the code reads
`,
  severity: "low",
  topics: ["hygiene", "least-privilege"],
};

export const variableIsSet: Fact = {
  id: "environment-variable-is-set",
  title: "Each environment variable that the code reads is set",
  why: "In the code it is undefined at run time: a request to a table without a name fails, and a check against an unset value may pass.",
  remedy: "Set it in the template, or give the code a default that is safe.",
  snippet: `
Environment:
  Variables: { TABLE: !Ref Visits }
`,
  severity: "medium",
  topics: ["hygiene"],
};

export const partIsReferenced: Fact = {
  id: "template-part-is-referenced",
  title: "The template uses each of its parameters, conditions and mappings",
  why: "A parameter that does nothing is still asked for, and whoever sets it believes that it has an effect: an encryption switch that switches nothing.",
  remedy: "Take it out, or use it where it was meant to be.",
  snippet: `
Parameters:
  KeyArn: { Type: String }
Resources:
  Inbox: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: !Ref KeyArn } }
`,
  severity: "low",
  topics: ["hygiene"],
};

export const dependencyIsImported: Fact = {
  id: "dependency-is-imported",
  title: "The code imports each of its dependencies",
  why: "Each dependency brings its own, with install scripts and vulnerabilities. One that no code imports brings nothing else.",
  remedy: "Remove it from package.json.",
  snippet: `
npm uninstall NAME
`,
  severity: "low",
  topics: ["hygiene", "patching"],
};

export const importIsDeclared: Fact = {
  id: "import-is-declared",
  title: "A package.json names each package that the code imports",
  why: "It is there only because another package brought it, in whatever version that wanted; it is gone when that one is updated, and no lockfile line is yours to review.",
  remedy: "Add it to package.json with the version that the code was written for.",
  snippet: `
npm install NAME
`,
  severity: "medium",
  topics: ["hygiene", "patching"],
};

export const FACTS: readonly Fact[] = [
  tableIsRead,
  bucketIsUsed,
  topicHasPublishers,
  topicHasSubscribers,
  queueHasSenders,
  queueHasConsumers,
  functionIsTriggered,
  roleIsAssumed,
  layerIsUsed,
  variableIsRead,
  variableIsSet,
  partIsReferenced,
  dependencyIsImported,
  importIsDeclared,
];
