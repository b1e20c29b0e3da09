/** A request as the receiver sees it, without a socket. */
export interface HttpRequest {
  /** Upper-case. */
  readonly method: string;
  /** As sent: a path with its query; rarely a whole URL. */
  readonly target: string;
  /** @param name lower-case */
  header(name: string): string | undefined;
  /**
   * Reads the body.
   *
   * @param limit bytes; no more than about that much is ever held
   * @returns undefined when there is more; what comes after the limit is thrown away
   * @throws when the client goes away before the body's end
   */
  readBody(limit: number): Promise<Uint8Array | undefined>;
  /** Throws the body away. */
  discardBody(): void;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers a request. Rejects only when there is nobody left to answer, or by a mistake of ours. */
export type Handler = (request: HttpRequest) => Promise<HttpResponse>;
