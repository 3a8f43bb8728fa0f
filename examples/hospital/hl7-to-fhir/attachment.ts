/** Bytes in and out of FHIR attachments. */
import { Reject } from "@ward/sdk";
import type { Attachment } from "@ward/sdk/fhir";
import type { Hl7Message, Segment } from "@ward/sdk/hl7";
import { textOf } from "./text.ts";

const MIME_TOP_LEVEL = ["application", "audio", "image", "text", "video"];

/** ED in OBX-5: type of data, subtype, encoding, data (v2.5.1 §2.A.24). */
export function readEncapsulatedData(obx: Segment): Attachment | undefined {
  const data = textOf(obx, "5.5");
  if (data === undefined) return undefined;
  const title = textOf(obx, "3.2");
  return {
    contentType: contentType(textOf(obx, "5.2"), textOf(obx, "5.3")),
    data: toBase64(data, textOf(obx, "5.4")),
    ...(title === undefined ? {} : { title }),
  };
}

/** The message as it came, so that whatever the mapping does not carry over can be read there. */
export function originalMessage(message: Hl7Message): Attachment {
  const text = message.all.map((segment) => `${segment.raw}\r`).join("");
  return { contentType: "x-application/hl7-v2+er7", data: encodeBase64(new TextEncoder().encode(text)) };
}

/** HL7 tables 0191 (`AP`, `TEXT`, `IM`) and 0291, or MIME's own words. */
function contentType(type = "", subtype = ""): string {
  const known = { ap: "application", im: "image" }[type.toLowerCase()] ?? type.toLowerCase();
  if (!MIME_TOP_LEVEL.includes(known)) return "application/octet-stream";
  const name = subtype.toLowerCase();
  if (!/^[a-z0-9][a-z0-9.+-]*$/.test(name)) return known === "text" ? "text/plain" : "application/octet-stream";
  return `${known}/${name}`;
}

/** HL7 table 0299. */
function toBase64(data: string, encoding = "A"): string {
  switch (encoding.toLowerCase()) {
    case "base64": {
      const packed = data.replaceAll(/\s+/g, "");
      if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) throw new Reject("data-type-error");
      return packed;
    }
    case "hex": {
      if (data.length % 2 !== 0 || !/^[0-9A-Fa-f]+$/.test(data)) throw new Reject("data-type-error");
      return encodeBase64(Uint8Array.from(data.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
    }
    case "a":
      return encodeBase64(new TextEncoder().encode(data));
    default:
      throw new Reject("table-value-not-found");
  }
}

function encodeBase64(bytes: Uint8Array): string {
  let binary = "";
  // In slices: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8_192) binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(binary);
}
