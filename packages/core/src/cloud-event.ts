/** CloudEvents 1.0 in structured JSON form, with the attributes Ward uses. An event carries references, never PHI. */

export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  /** `ward://<app>/<function>`. */
  readonly source: string;
  readonly type: string;
  /** RFC 3339. */
  readonly time: string;
  /** Opaque token of the patient concerned; only the node can turn it back. */
  readonly subject?: string;
  readonly datacontenttype: "application/json";
  readonly data: {
    /** A URL of the resource concerned; reading it passes the door. */
    readonly link?: string;
  };
  /** W3C Trace Context, the CloudEvents Distributed Tracing extension. */
  readonly traceparent: string;
}
