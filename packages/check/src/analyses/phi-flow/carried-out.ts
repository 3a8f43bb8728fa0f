/** What the template itself carries out of the account, once PHI is in it: subscriptions by mail, deliveries to other hosts. */
import type { Graph } from "../../graph/graph.ts";
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Finding } from "../../judge/finding.ts";
import { positionOf, type Spot } from "../../source/source-text.ts";
import type { Channels } from "./channels.ts";
import { DEFAULT_BUS, patternOf, type EventPattern } from "./deliveries.ts";
import { PHI_FACTS, type PhiFactId } from "./facts.ts";
import type { PhiSettings } from "./settings.ts";
import { isOwnHost } from "./sinks/third-parties.ts";

interface Exit {
  readonly from: string;
  readonly subject: Resource;
  readonly fact: PhiFactId;
  readonly text: string;
  readonly spot: Spot;
  readonly pattern?: EventPattern;
}

export function carriedOut(graph: Graph, channels: Channels, settings: PhiSettings): readonly Finding[] {
  return [...subscriptions(graph, settings), ...deliveries(graph, settings), ...destinations(graph, settings)].flatMap(
    ({ from, subject, fact, text, spot, pattern }) => {
      const held = channels.of(from, pattern);
      if (!held) return [];
      const source = graph.resource(from);
      const what = source ? `what ${source.name} takes in` : held.what;
      const because = `${what} ${text}`;
      const kind = held.doubt ? ("unknown" as const) : ("fail" as const);
      const way = [
        ...held.way.map((step) => ({ position: positionOf(step.spot), text: step.text })),
        { position: positionOf(spot), text: because },
      ];
      return [{ rule: PHI_FACTS[fact], resource: subject, kind, because, position: positionOf(spot), steps: way }];
    },
  );
}

function subscriptions(graph: Graph, settings: PhiSettings): readonly Exit[] {
  return graph.ofType("AWS::SNS::Subscription").flatMap((subscription): readonly Exit[] => {
    const protocol = subscription.at("Protocol").text() ?? "";
    const topic = targetOf(subscription.at("TopicArn"), graph);
    if (!topic) return [];
    const { spot } = subscription.at("Endpoint");
    if (/^(?:email|email-json|sms)$/.test(protocol)) {
      const text = `goes out as ${protocol === "sms" ? "a text message" : "mail"}`;
      return [{ from: topic.id, subject: subscription, fact: "mail", text, spot }];
    }
    const host = hostOf(subscription.at("Endpoint"));
    if (!/^https?$/.test(protocol) || host === undefined || isKnown(host, settings)) return [];
    return [{ from: topic.id, subject: subscription, fact: "thirdParty", text: `goes to ${host}`, spot }];
  });
}

function deliveries(graph: Graph, settings: PhiSettings): readonly Exit[] {
  return graph.ofType("AWS::KinesisFirehose::DeliveryStream").flatMap((stream): readonly Exit[] => {
    const http = stream.at("HttpEndpointDestinationConfiguration.EndpointConfiguration.Url");
    const splunk = stream.at("SplunkDestinationConfiguration.HECEndpoint");
    return [http, splunk].flatMap((url): readonly Exit[] => {
      const host = hostOf(url);
      if (host === undefined || isKnown(host, settings)) return [];
      return [{ from: stream.id, subject: stream, fact: "thirdParty", text: `goes to ${host}`, spot: url.spot }];
    });
  });
}

/** Rules whose target is an API of somebody. */
function destinations(graph: Graph, settings: PhiSettings): readonly Exit[] {
  return graph.ofType("AWS::Events::Rule").flatMap((rule) =>
    rule
      .at("Targets")
      .items()
      .flatMap((target): readonly Exit[] => {
        const api = targetOf(target.at("Arn"), graph);
        if (api?.type !== "AWS::Events::ApiDestination" || !target.at("Input").isAbsent) return [];
        const host = hostOf(api.at("InvocationEndpoint"));
        if (host === undefined || isKnown(host, settings)) return [];
        const bus = targetOf(rule.at("EventBusName"), graph);
        return [
          {
            from: bus?.id ?? DEFAULT_BUS,
            subject: rule,
            fact: "thirdParty",
            text: `goes to ${host}`,
            spot: rule.spot,
            pattern: patternOf(rule.at("EventPattern")),
          },
        ];
      }),
  );
}

function targetOf(property: Property, graph: Graph): Resource | undefined {
  const [id] = property.references();
  return id === undefined ? graph.target(property) : graph.resource(id);
}

function hostOf(url: Property): string | undefined {
  return /^https?:\/\/([^/?#:]+)/i.exec(url.text() ?? "")?.[1]?.toLowerCase();
}

function isKnown(host: string, { hosts }: PhiSettings): boolean {
  return isOwnHost(host) || hosts.has(host);
}
