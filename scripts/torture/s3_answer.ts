/** An answer of an S3 server, or of something on the way to it. */
export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const CODES: Readonly<Record<number, string>> = { 403: "AccessDenied", 503: "SlowDown" };

/** What S3 answers with a status: an ETag when it is good, an error in XML when it is not. */
export function s3Answer(status: number): S3Answer {
  if (status === 200) return { status, headers: { ETag: '"1"' } };
  return { status, body: `<Error><Code>${CODES[status] ?? "InternalError"}</Code></Error>` };
}

export function encodeAnswer({ status, headers = {}, body = "" }: S3Answer): Uint8Array {
  const content = new TextEncoder().encode(body);
  const lines = Object.entries({ ...headers, "Content-Length": String(content.length) })
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const head = new TextEncoder().encode(`HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n`);
  const answer = new Uint8Array(head.length + content.length);
  answer.set(head);
  answer.set(content, head.length);
  return answer;
}
