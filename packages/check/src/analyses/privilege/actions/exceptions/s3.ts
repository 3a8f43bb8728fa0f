/** Requests to S3, whose actions are named after what is read or written and not after the request. */
import { isWritten } from "../../sdk/code-values.ts";
import type { Spoken } from "../../resources/spoken.ts";
import type { Request } from "../request.ts";
import { buckets, objects } from "../target-arns.ts";
import type { Exceptions, Use } from "./use.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
export const S3: Exceptions = {
  AbortMultipartUpload: ["AbortMultipartUpload"],
  CompleteMultipartUpload: ["PutObject"],
  CopyObject: (request) => [...copied(request), ...putObject(request)],
  CreateMultipartUpload: (request) => putObject(request),
  DeleteBucketAnalyticsConfiguration: ["PutAnalyticsConfiguration"],
  DeleteBucketCors: ["PutBucketCORS"],
  DeleteBucketEncryption: ["PutEncryptionConfiguration"],
  DeleteBucketLifecycle: ["PutLifecycleConfiguration"],
  DeleteBucketOwnershipControls: ["PutBucketOwnershipControls"],
  DeleteBucketReplication: ["PutReplicationConfiguration"],
  DeleteBucketTagging: ["PutBucketTagging"],
  DeleteObject: (request) => [...versioned(request, "DeleteObject", "DeleteObjectVersion")],
  DeleteObjectTagging: (request) => [...versioned(request, "DeleteObjectTagging", "DeleteObjectVersionTagging")],
  DeleteObjects(request) {
    const listed = request.items("Delete", "Objects");
    const on = objects(buckets(request.text("Bucket"), request), { texts: [] });
    const hasVersions = listed.some((one) => isWritten(one, "VersionId"));
    const hasPlain = listed.length === 0 || listed.some((one) => !isWritten(one, "VersionId"));
    return [
      ...(hasPlain ? [{ action: "DeleteObject", on }] : []),
      ...(hasVersions ? [{ action: "DeleteObjectVersion", on }] : []),
    ];
  },
  DeletePublicAccessBlock: ["PutBucketPublicAccessBlock"],
  GetBucketAccelerateConfiguration: ["GetAccelerateConfiguration"],
  GetBucketAnalyticsConfiguration: ["GetAnalyticsConfiguration"],
  GetBucketCors: ["GetBucketCORS"],
  GetBucketEncryption: ["GetEncryptionConfiguration"],
  GetBucketInventoryConfiguration: ["GetInventoryConfiguration"],
  GetBucketLifecycle: ["GetLifecycleConfiguration"],
  GetBucketLifecycleConfiguration: ["GetLifecycleConfiguration"],
  GetBucketMetricsConfiguration: ["GetMetricsConfiguration"],
  GetBucketNotificationConfiguration: ["GetBucketNotification"],
  GetBucketReplication: ["GetReplicationConfiguration"],
  GetObject: (request) => [...versioned(request, "GetObject", "GetObjectVersion")],
  GetObjectAcl: (request) => [...versioned(request, "GetObjectAcl", "GetObjectVersionAcl")],
  GetObjectAttributes: (request) =>
    request.hasWritten("VersionId")
      ? [{ action: "GetObjectVersion" }, { action: "GetObjectVersionAttributes" }]
      : [{ action: "GetObject" }, { action: "GetObjectAttributes" }],
  GetObjectLockConfiguration: ["GetBucketObjectLockConfiguration"],
  GetObjectTagging: (request) => [...versioned(request, "GetObjectTagging", "GetObjectVersionTagging")],
  GetObjectTorrent: ["GetObjectTorrent"],
  GetPublicAccessBlock: ["GetBucketPublicAccessBlock"],
  HeadBucket: ["ListBucket"],
  HeadObject: (request) => [...versioned(request, "GetObject", "GetObjectVersion")],
  ListBuckets: ["ListAllMyBuckets"],
  ListDirectoryBuckets: ["ListAllMyBuckets"],
  ListMultipartUploads: ["ListBucketMultipartUploads"],
  ListObjectVersions: ["ListBucketVersions"],
  ListObjects: ["ListBucket"],
  ListObjectsV2: ["ListBucket"],
  ListParts: ["ListMultipartUploadParts"],
  PutBucketAccelerateConfiguration: ["PutAccelerateConfiguration"],
  PutBucketCors: ["PutBucketCORS"],
  PutBucketEncryption: ["PutEncryptionConfiguration"],
  PutBucketLifecycle: ["PutLifecycleConfiguration"],
  PutBucketLifecycleConfiguration: ["PutLifecycleConfiguration"],
  PutBucketNotificationConfiguration: ["PutBucketNotification"],
  PutBucketReplication: ["PutReplicationConfiguration"],
  PutObject: (request) => putObject(request),
  PutObjectAcl: (request) => [...versioned(request, "PutObjectAcl", "PutObjectVersionAcl")],
  PutObjectLockConfiguration: ["PutBucketObjectLockConfiguration"],
  PutObjectTagging: (request) => [...versioned(request, "PutObjectTagging", "PutObjectVersionTagging")],
  PutPublicAccessBlock: ["PutBucketPublicAccessBlock"],
  SelectObjectContent: ["GetObject"],
  UploadPart: ["PutObject"],
  UploadPartCopy: (request) => [...copied(request), { action: "PutObject" }],
  WriteGetObjectResponse: (request) => [
    {
      action: "s3-object-lambda:WriteGetObjectResponse",
      on: request.arns("s3-object-lambda:R:A:accesspoint/{}", { texts: ["*"] }),
    },
  ],
};

function versioned(request: Request, plain: string, version: string): readonly Use[] {
  if (!request.hasWritten("VersionId")) return [{ action: plain }];
  return request.mayLack("VersionId") ? [{ action: plain }, { action: version }] : [{ action: version }];
}

function putObject(request: Request): readonly Use[] {
  const more: Use[] = [];
  if (
    ["ACL", "GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP"].some((name) => request.hasWritten(name))
  )
    more.push({ action: "PutObjectAcl" });
  if (request.hasWritten("Tagging")) more.push({ action: "PutObjectTagging" });
  if (request.hasWritten("ObjectLockMode") || request.hasWritten("ObjectLockRetainUntilDate"))
    more.push({ action: "PutObjectRetention" });
  if (request.hasWritten("ObjectLockLegalHoldStatus")) more.push({ action: "PutObjectLegalHold" });
  return [{ action: "PutObject" }, ...more];
}

/** `CopySource` is `bucket/key`, with a slash before it or without, or an access point's ARN. */
function copied(request: Request): readonly Use[] {
  const said = request.text("CopySource");
  const sources = said.texts.map((text) => text.replace(/^\//, ""));
  const texts = sources.flatMap((text) => {
    if (text.startsWith("arn:")) return [text];
    const slash = text.indexOf("/");
    const [bucket, key] =
      slash === -1 ? [text, "*"] : [text.slice(0, slash), text.slice(slash + 1).replace(/\?versionId=.*$/, "")];
    // An unknown bucket before a known slash is still any bucket.
    return [`arn:aws:s3:::${bucket}/${key === "" ? "*" : key}`];
  });
  const on: Spoken = {
    // Which object it is, a run decides; which bucket should be known.
    ...(said.open === undefined || !texts.some((text) => /^arn:aws:s3:::[^/]*\*/.test(text))
      ? {}
      : { open: said.open }),
    texts: texts.length === 0 ? ["arn:aws:s3:::*/*"] : texts,
  };
  const isVersion = sources.some((text) => text.includes("?versionId="));
  return [{ action: isVersion ? "GetObjectVersion" : "GetObject", on }];
}
