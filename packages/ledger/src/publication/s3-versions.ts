/**
 * Reads a bucket's list of versions (S3 ListObjectVersions, XML) page by page. Only the few elements that matter are
 * taken out; keys come URL-encoded, so no XML escape can occur in them.
 */
import { assert } from "@ward/core";

export interface BucketVersion {
  readonly key: string;
  readonly etag: string;
  readonly isDeletion: boolean;
}

/** `readPage` is given the markers to append to the query. */
export async function* readBucketVersions(readPage: (marker: string) => Promise<string>): AsyncIterable<BucketVersion> {
  let marker = "";
  for (;;) {
    const page = await readPage(marker);
    assert(page.includes("<ListVersionsResult"), "the server lists versions");
    for (const [, kind, body = ""] of page.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)) {
      const key = decodeURIComponent(textOf(body, "Key") ?? "");
      yield { key, etag: textOf(body, "ETag") ?? "", isDeletion: kind === "DeleteMarker" };
    }
    if (textOf(page, "IsTruncated") !== "true") return;
    const nextKey = textOf(page, "NextKeyMarker");
    assert(nextKey !== undefined, "a truncated list says where it goes on");
    const nextVersion = textOf(page, "NextVersionIdMarker");
    const version = nextVersion === undefined ? "" : `&version-id-marker=${encodeURIComponent(nextVersion)}`;
    const next = `&key-marker=${encodeURIComponent(decodeURIComponent(nextKey))}${version}`;
    assert(next !== marker, "a list moves on");
    marker = next;
  }
}

function textOf(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
}
