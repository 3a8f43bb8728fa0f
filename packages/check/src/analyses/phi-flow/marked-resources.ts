/**
 * Which resources of a template hold PHI, and why we say so: a tag, or, where nothing says otherwise, a name. A resource whose
 * tag says that it is public, internal or de-identified holds none, whatever it is called.
 */
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { physicalNameOf } from "../../graph/physical-names.ts";
import { isPhiName } from "./field-names.ts";

export interface Mark {
  readonly holds: boolean;
  /** `Records is tagged data-classification: phi`. */
  readonly because: string;
}

const CLASS_TAG =
  /^(?:[\w-]+:)?(?:data|information|content)?[-_]?(?:class|classification|sensitivity|category|type|kind)$|^(?:[\w-]+:)?(?:compliance|regulation|framework)$/i;
const FLAG_TAG = /^(?:[\w-]+:)?(?:(?:contains|has|holds|stores|is)[-_]?)?e?(?:phi|hipaa)$/i;
const PHI_VALUE =
  /(?:^|[^a-z])(?:e?phi|hipaa|health|medical|clinical|patient|protected[-_ ]health[-_ ]information)(?:$|[^a-z])/i;
const OTHER_VALUE =
  /^(?:public|internal|none|no|non[-_ ]?phi|de-?identified|anonym\w*|synthetic|aggregate\w*|no[-_]phi|not[-_]phi|test|operational)$/i;
const YES = /^(?:true|yes|1|y|phi|hipaa|required)$/i;

/** Types that hold or carry what they are given; a role or an alarm called after patients holds nothing. */
const HOLDS =
  /^AWS::(?:S3::Bucket|DynamoDB::(?:Global)?Table|SQS::Queue|SNS::Topic|Kinesis::Stream|KinesisFirehose::DeliveryStream|Events::EventBus|StepFunctions::StateMachine|Lambda::Function|RDS::DB(?:Instance|Cluster)|DocDB::DBCluster|Neptune::DBCluster|Redshift::Cluster|ElastiCache::\w+|OpenSearchService::Domain|HealthLake::FHIRDatastore|EFS::FileSystem|Timestream::\w+|Athena::WorkGroup|Glue::(?:Database|Table)|MSK::Cluster|IoT::TopicRule|ApiGateway::RestApi|ApiGatewayV2::Api|AppSync::GraphQLApi)$/;

const marks = new WeakMap<Resource, Mark | undefined>();

export function markOf(resource: Resource): Mark | undefined {
  if (marks.has(resource)) return marks.get(resource);
  const mark = HOLDS.test(resource.type) ? findMark(resource) : undefined;
  marks.set(resource, mark);
  return mark;
}

function findMark(resource: Resource): Mark | undefined {
  for (const [key, value] of tagsOf(resource)) {
    if (FLAG_TAG.test(key)) {
      return { holds: YES.test(value), because: `${resource.name} is tagged ${key}: ${value}` };
    }
    if (!CLASS_TAG.test(key)) continue;
    const isOther = OTHER_VALUE.test(value);
    if (isOther || PHI_VALUE.test(value)) {
      return { holds: !isOther, because: `${resource.name} is tagged ${key}: ${value}` };
    }
  }
  if (resource.type === "AWS::HealthLake::FHIRDatastore") {
    return { holds: true, because: `${resource.name} is a store of FHIR resources` };
  }
  const named = [resource.id.split("/").at(-1) ?? "", physicalNameOf(resource) ?? ""].find(isPhiName);
  return named === undefined ? undefined : { holds: true, because: `${resource.name} holds PHI by its name` };
}

function* tagsOf(resource: Resource): Generator<readonly [string, string]> {
  const tags = resource.at("Tags");
  for (const [key, value] of tags.entries()) {
    const text = textOf(value);
    if (text !== undefined) yield [key, text];
  }
  for (const item of tags.items()) {
    const key = item.at("Key").text();
    const text = textOf(item.at("Value"));
    if (key !== undefined && text !== undefined) yield [key, text];
  }
}

function textOf(value: Property): string | undefined {
  return value.text()?.slice(0, 40);
}
