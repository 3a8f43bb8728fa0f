/**
 * What of a template carries data without any code: who is given what a queue, topic, stream, table or bus takes in, and which
 * doors of HTTP a function stands behind.
 */
import type { Graph } from "../../graph/graph.ts";
import { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Truth } from "../../graph/truth.ts";
import { pass, unknown } from "../../graph/truth.ts";
import { apiMethodKnowsItsCaller } from "../../rules/apigateway/api-method-knows-its-caller.ts";
import { apiRouteKnowsItsCaller } from "../../rules/apigateway/api-route-knows-its-caller.ts";
import type { Spot } from "../../source/source-text.ts";
import { parseJsonText } from "../../graph/json-text.ts";
import { functionBehind } from "./state-machine.ts";

/** Content goes from one resource to another by itself. */
export interface Delivery {
  readonly from: string;
  readonly to: Resource;
  readonly spot: Spot;
  /** `the queue Visits calls Notify`. */
  readonly text: string;
  /** What the function's role must be allowed, so that Lambda can read for it. */
  readonly reads?: string;
  /** Which events of a bus it is about; absent: all. */
  readonly pattern?: EventPattern;
}

export interface EventPattern {
  readonly detailTypes?: ReadonlySet<string>;
  readonly sources?: ReadonlySet<string>;
}

/** A route, URL or load balancer in front of a function. */
export interface Door {
  readonly fn: Resource;
  readonly resource: Resource;
  /** Passes where callers are known. */
  readonly knowsCallers: Truth;
}

/** The bus that events go to where none is named. */
export const DEFAULT_BUS = "(default bus)";

export function deliveriesOf(graph: Graph): readonly Delivery[] {
  return [...mappings(graph), ...subscriptions(graph), ...rules(graph), ...pipes(graph), ...copies(graph)];
}

export function doorsOf(graph: Graph): readonly Door[] {
  const doors: Door[] = [];
  for (const method of graph.ofType("AWS::ApiGateway::Method")) {
    const verdict = apiMethodKnowsItsCaller.judge(method, graph);
    for (const fn of functionsIn(method.at("Integration.Uri"), graph)) {
      doors.push({ fn, resource: method, knowsCallers: verdict === "notApplicable" ? pass() : verdict });
    }
  }
  for (const route of graph.ofType("AWS::ApiGatewayV2::Route")) {
    const verdict = apiRouteKnowsItsCaller.judge(route, graph);
    for (const fn of routeTargets(route, graph)) {
      doors.push({ fn, resource: route, knowsCallers: verdict === "notApplicable" ? pass() : verdict });
    }
  }
  for (const url of graph.ofType("AWS::Lambda::Url")) {
    for (const fn of functionsIn(url.at("TargetFunctionArn"), graph)) {
      doors.push({ fn, resource: url, knowsCallers: url.at("AuthType").equals("AWS_IAM") });
    }
  }
  const open = unknown("who may call is decided elsewhere");
  for (const group of graph.ofType("AWS::ElasticLoadBalancingV2::TargetGroup")) {
    for (const fn of functionsIn(group.at("Targets"), graph)) doors.push({ fn, resource: group, knowsCallers: open });
  }
  for (const permission of graph.ofType("AWS::Lambda::Permission")) {
    const isApi = permission.at("Principal").equals("apigateway.amazonaws.com", "elasticloadbalancing.amazonaws.com");
    if (isApi.outcome !== "pass") continue;
    for (const fn of functionsIn(permission.at("FunctionName"), graph)) {
      if (!doors.some((door) => door.fn === fn)) doors.push({ fn, resource: permission, knowsCallers: open });
    }
  }
  return [...doors, ...dataSources(graph, open)];
}

function dataSources(graph: Graph, open: Truth): readonly Door[] {
  return graph.ofType("AWS::AppSync::DataSource").flatMap((source) =>
    functionsIn(source.at("LambdaConfig.LambdaFunctionArn"), graph).map((fn) => ({
      fn,
      resource: source,
      knowsCallers: open,
    })),
  );
}

function routeTargets(route: Resource, graph: Graph): readonly Resource[] {
  const direct = functionsIn(route.at("Target"), graph);
  if (direct.length > 0) return direct;
  return [...route.at("Target").references()].flatMap((id) => {
    const integration = graph.resource(id);
    return integration ? functionsIn(integration.at("IntegrationUri"), graph) : [];
  });
}

function mappings(graph: Graph): readonly Delivery[] {
  return graph.ofType("AWS::Lambda::EventSourceMapping").flatMap((mapping) => {
    const enabled = mapping.at("Enabled").isFalse();
    if (enabled.outcome === "pass") return [];
    return sourcesIn(mapping.at("EventSourceArn"), graph).flatMap((from) =>
      functionsIn(mapping.at("FunctionName"), graph).map((to) => ({
        from: from.id,
        to,
        spot: mapping.spot,
        text: `${to.name} is called with what comes in at ${from.name}`,
        ...readingOf(from),
      })),
    );
  });
}

function readingOf({ type }: Resource): { readonly reads?: string } {
  if (type === "AWS::SQS::Queue") return { reads: "sqs:ReceiveMessage" };
  if (type === "AWS::Kinesis::Stream") return { reads: "kinesis:GetRecords" };
  return type.startsWith("AWS::DynamoDB::") ? { reads: "dynamodb:GetRecords" } : {};
}

function subscriptions(graph: Graph): readonly Delivery[] {
  const standing = graph
    .ofType("AWS::SNS::Subscription")
    .flatMap((subscription) =>
      sourcesIn(subscription.at("TopicArn"), graph).flatMap((from) =>
        toEach(subscription.at("Endpoint"), from, subscription, graph),
      ),
    );
  const written = graph.ofType("AWS::SNS::Topic").flatMap((topic) =>
    topic
      .at("Subscription")
      .items()
      .flatMap((one) => toEach(one.at("Endpoint"), topic, topic, graph)),
  );
  return [...standing, ...written];
}

function toEach(endpoint: Property, from: Resource, at: Resource, graph: Graph): readonly Delivery[] {
  return receiversIn(endpoint, graph).map((to) => ({
    from: from.id,
    to,
    spot: at.spot,
    text: `${to.name} is given what ${from.name} takes in`,
  }));
}

function rules(graph: Graph): readonly Delivery[] {
  return graph.ofType("AWS::Events::Rule").flatMap((rule) => {
    if (rule.at("EventPattern").isAbsent || rule.at("State").equals("DISABLED").outcome === "pass") return [];
    const bus = sourcesIn(rule.at("EventBusName"), graph)[0];
    const pattern = patternOf(rule.at("EventPattern"));
    return rule
      .at("Targets")
      .items()
      .flatMap((target) => {
        // A target with an input of its own is not given the event.
        if (!target.at("Input").isAbsent) return [];
        return receiversIn(target.at("Arn"), graph).map((to) => ({
          from: bus?.id ?? DEFAULT_BUS,
          to,
          spot: rule.spot,
          text: `the rule ${rule.name} hands the event to ${to.name}`,
          pattern,
        }));
      });
  });
}

/** Which events an `EventPattern` takes, as far as it says so by type and source. */
export function patternOf(written: Property): EventPattern {
  const parsed = parseJsonText(written.value);
  const pattern = parsed ? new Property(parsed, written.path) : written;
  const at = (name: string): ReadonlySet<string> | undefined => {
    const property = pattern.at(name);
    const texts = property.items().map((item) => item.text());
    return texts.length === 0 || texts.includes(undefined) ? undefined : new Set(texts as string[]);
  };
  const detailTypes = at("detail-type");
  const sources = at("source");
  return { ...(detailTypes ? { detailTypes } : {}), ...(sources ? { sources } : {}) };
}

function pipes(graph: Graph): readonly Delivery[] {
  return graph
    .ofType("AWS::Pipes::Pipe")
    .flatMap((pipe) =>
      sourcesIn(pipe.at("Source"), graph).flatMap((from) =>
        [pipe.at("Target"), pipe.at("Enrichment")].flatMap((target) => toEach(target, from, pipe, graph)),
      ),
    );
}

/** What goes on without anyone: dead letters, replicas, streams that are delivered. */
function copies(graph: Graph): readonly Delivery[] {
  const found: Delivery[] = [];
  const copy = (from: Resource, to: Property, how: string): void => {
    for (const target of receiversIn(to, graph)) {
      found.push({ from: from.id, to: target, spot: to.spot, text: `${how} of ${from.name} go to ${target.name}` });
    }
  };
  for (const queue of graph.ofType("AWS::SQS::Queue")) {
    copy(queue, queue.at("RedrivePolicy.deadLetterTargetArn"), "messages that fail");
  }
  for (const table of graph.ofType("AWS::DynamoDB::Table")) {
    copy(table, table.at("KinesisStreamSpecification.StreamArn"), "changes");
  }
  for (const bucket of graph.ofType("AWS::S3::Bucket")) {
    for (const rule of bucket.at("ReplicationConfiguration.Rules").items()) {
      copy(bucket, rule.at("Destination.Bucket"), "copies");
    }
  }
  for (const delivery of graph.ofType("AWS::KinesisFirehose::DeliveryStream")) {
    for (const source of sourcesIn(delivery.at("KinesisStreamSourceConfiguration.KinesisStreamARN"), graph)) {
      found.push({
        from: source.id,
        to: delivery,
        spot: delivery.spot,
        text: `${delivery.name} takes the records of ${source.name}`,
      });
    }
    for (const name of ["S3DestinationConfiguration", "ExtendedS3DestinationConfiguration"]) {
      copy(delivery, delivery.at(`${name}.BucketARN`), "records");
    }
  }
  return found;
}

const RECEIVES =
  /^AWS::(?:Lambda::(?:Function|Alias|Version)|SQS::Queue|SNS::Topic|StepFunctions::StateMachine|Kinesis::Stream|KinesisFirehose::DeliveryStream|Events::EventBus|S3::Bucket)$/;

function receiversIn(property: Property, graph: Graph): readonly Resource[] {
  return namedIn(property, graph).flatMap((one) => {
    if (!RECEIVES.test(one.type)) return [];
    return functionBehind(one, graph) ?? one;
  });
}

function sourcesIn(property: Property, graph: Graph): readonly Resource[] {
  return namedIn(property, graph);
}

function functionsIn(property: Property, graph: Graph): readonly Resource[] {
  return namedIn(property, graph).flatMap((one) => functionBehind(one, graph) ?? []);
}

function namedIn(property: Property, graph: Graph): readonly Resource[] {
  if (property.isAbsent) return [];
  const referred = [...property.references()].flatMap((id) => graph.resource(id) ?? []);
  if (referred.length > 0) return referred;
  const target = graph.target(property);
  return target ? [target] : [];
}

/** Whether something unauthenticated is in front of the function, of all its doors the most open. */
export function mostOpen(doors: readonly Door[]): Door | undefined {
  const rank = { fail: 0, unknown: 1, pass: 2 } as const;
  return doors.toSorted((one, other) => rank[one.knowsCallers.outcome] - rank[other.knowsCallers.outcome])[0];
}
