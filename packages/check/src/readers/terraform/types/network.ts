/** VPCs and what guards them, load balancers, distributions, certificates. */
import type { TfType } from "../vocabulary.ts";
import { explodeRanges, keyed, withDefault } from "./reshape.ts";

const RULE = { cidr_blocks: "CidrIp", ipv6_cidr_blocks: "CidrIpv6", protocol: "IpProtocol" };
const INGRESS = { ...RULE, security_groups: "SourceSecurityGroupId", prefix_list_ids: "SourcePrefixListId" };
const EGRESS = { ...RULE, security_groups: "DestinationSecurityGroupId", prefix_list_ids: "DestinationPrefixListId" };
const LISTENER_PROTOCOLS = { http: "HTTP", https: "HTTPS", ssl: "SSL", tcp: "TCP" };
const LOAD_BALANCER: TfType = {
  type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
  names: { internal: "Scheme", load_balancer_type: "Type" },
  values: { internal: { true: "internal", false: "internet-facing" } },
  reshape: keyed("LoadBalancerAttributes", {
    "AccessLogs.Enabled": "access_logs.s3.enabled",
    "AccessLogs.Bucket": "access_logs.s3.bucket",
    DropInvalidHeaderFields: "routing.http.drop_invalid_header_fields.enabled",
    EnableDeletionProtection: "deletion_protection.enabled",
  }),
};
const LISTENER: TfType = {
  type: "AWS::ElasticLoadBalancingV2::Listener",
  names: {
    certificate_arn: "Certificates.CertificateArn",
    default_action: "DefaultActions",
    "default_action.redirect": "RedirectConfig",
  },
};

export const NETWORK_TYPES: Readonly<Record<string, TfType>> = {
  aws_vpc: { type: "AWS::EC2::VPC" },
  aws_default_vpc: { type: "Ward::DefaultVpc" },
  aws_subnet: { type: "AWS::EC2::Subnet" },
  aws_route: { type: "AWS::EC2::Route" },
  aws_flow_log: {
    type: "AWS::EC2::FlowLog",
    names: { vpc_id: "ResourceId", subnet_id: "ResourceId", eni_id: "ResourceId" },
  },
  aws_vpc_endpoint_service: { type: "AWS::EC2::VPCEndpointService" },
  aws_ec2_transit_gateway: { type: "AWS::EC2::TransitGateway" },
  aws_vpc_endpoint: { type: "AWS::EC2::VPCEndpoint", names: { policy: "PolicyDocument" } },
  aws_security_group: {
    type: "AWS::EC2::SecurityGroup",
    names: {
      name: "GroupName",
      description: "GroupDescription",
      ingress: "SecurityGroupIngress",
      egress: "SecurityGroupEgress",
      ...Object.fromEntries(Object.entries(INGRESS).map(([from, to]) => [`ingress.${from}`, to])),
      ...Object.fromEntries(Object.entries(EGRESS).map(([from, to]) => [`egress.${from}`, to])),
    },
    reshape: explodeRanges("SecurityGroupIngress", "SecurityGroupEgress"),
  },
  aws_default_security_group: { type: "Ward::DefaultSecurityGroup" },
  aws_security_group_rule: {
    type: ({ entries }) => {
      const direction = entries.get("type");
      return direction?.kind === "scalar" && direction.value === "egress"
        ? "AWS::EC2::SecurityGroupEgress"
        : "AWS::EC2::SecurityGroupIngress";
    },
    names: { ...RULE, security_group_id: "GroupId" },
  },
  aws_vpc_security_group_ingress_rule: {
    type: "AWS::EC2::SecurityGroupIngress",
    names: {
      cidr_ipv4: "CidrIp",
      cidr_ipv6: "CidrIpv6",
      prefix_list_id: "SourcePrefixListId",
      referenced_security_group_id: "SourceSecurityGroupId",
      security_group_id: "GroupId",
    },
  },
  aws_vpc_security_group_egress_rule: {
    type: "AWS::EC2::SecurityGroupEgress",
    names: {
      cidr_ipv4: "CidrIp",
      cidr_ipv6: "CidrIpv6",
      prefix_list_id: "DestinationPrefixListId",
      referenced_security_group_id: "DestinationSecurityGroupId",
      security_group_id: "GroupId",
    },
  },
  aws_network_acl: { type: "AWS::EC2::NetworkAcl" },
  aws_network_acl_rule: {
    type: "AWS::EC2::NetworkAclEntry",
    names: { from_port: "PortRange.From", to_port: "PortRange.To" },
    values: { protocol: { all: "-1", tcp: "6", udp: "17", icmp: "1" } },
  },
  aws_lb: LOAD_BALANCER,
  aws_alb: LOAD_BALANCER,
  aws_lb_listener: LISTENER,
  aws_alb_listener: LISTENER,
  aws_lb_listener_certificate: {
    type: "AWS::ElasticLoadBalancingV2::ListenerCertificate",
    names: { certificate_arn: "Certificates.CertificateArn" },
  },
  aws_elb: {
    type: "AWS::ElasticLoadBalancing::LoadBalancer",
    names: {
      access_logs: "AccessLoggingPolicy",
      "access_logs.bucket": "S3BucketName",
      "access_logs.bucket_prefix": "S3BucketPrefix",
      "access_logs.interval": "EmitInterval",
      connection_draining: "ConnectionDrainingPolicy.Enabled",
      connection_draining_timeout: "ConnectionDrainingPolicy.Timeout",
      cross_zone_load_balancing: "CrossZone",
      internal: "Scheme",
      listener: "Listeners",
      "listener.lb_port": "LoadBalancerPort",
      "listener.lb_protocol": "Protocol",
      "listener.ssl_certificate_id": "SSLCertificateId",
    },
    defaults: { CrossZone: true },
    values: {
      internal: { true: "internal", false: "internet-facing" },
      "listener.lb_protocol": LISTENER_PROTOCOLS,
      "listener.instance_protocol": LISTENER_PROTOCOLS,
    },
    reshape: withDefault("AccessLoggingPolicy", "Enabled", true),
  },
  aws_cloudfront_distribution: {
    type: "AWS::CloudFront::Distribution",
    names: {
      aliases: "DistributionConfig.Aliases",
      default_cache_behavior: "DistributionConfig.DefaultCacheBehavior",
      default_root_object: "DistributionConfig.DefaultRootObject",
      enabled: "DistributionConfig.Enabled",
      logging_config: "DistributionConfig.Logging",
      ordered_cache_behavior: "DistributionConfig.CacheBehaviors",
      origin: "DistributionConfig.Origins",
      "origin.origin_id": "Id",
      "origin.custom_origin_config.origin_ssl_protocols": "OriginSSLProtocols",
      "origin.s3_origin_config": "S3OriginConfig",
      origin_group: "DistributionConfig.OriginGroups.Items",
      "origin_group.origin_id": "Id",
      "origin_group.failover_criteria.status_codes": "StatusCodes.Items",
      "origin_group.member": "Members.Items",
      restrictions: "DistributionConfig.Restrictions",
      viewer_certificate: "DistributionConfig.ViewerCertificate",
      "viewer_certificate.cloudfront_default_certificate": "CloudFrontDefaultCertificate",
      web_acl_id: "DistributionConfig.WebACLId",
    },
  },
  aws_waf_web_acl: { type: "AWS::WAF::WebACL" },
  aws_wafregional_web_acl: { type: "AWS::WAFRegional::WebACL" },
  aws_wafv2_web_acl: {
    type: "AWS::WAFv2::WebACL",
    names: { rule: "Rules", "visibility_config.cloudwatch_metrics_enabled": "CloudWatchMetricsEnabled" },
  },
  aws_wafv2_web_acl_association: { type: "AWS::WAFv2::WebACLAssociation", names: { web_acl_arn: "WebACLArn" } },
  aws_wafv2_web_acl_logging_configuration: { type: "AWS::WAFv2::LoggingConfiguration" },
  aws_acm_certificate: { type: "AWS::CertificateManager::Certificate" },
  aws_route53_health_check: {
    type: "AWS::Route53::HealthCheck",
    names: {
      type: "HealthCheckConfig.Type",
      fqdn: "HealthCheckConfig.FullyQualifiedDomainName",
      port: "HealthCheckConfig.Port",
    },
  },
  aws_route53_zone: { type: "AWS::Route53::HostedZone" },
};
