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
   * @param take asked before each piece is kept; once it says no, nothing is kept any more, and what
   *   is still to come is thrown away
   * @returns the whole body, or nothing of use when `take` said no
   * @throws when the client goes away before the body's end
   */
  readBody(take: (bytes: number) => boolean): Promise<Uint8Array>;
  /** Throws the body away. */
  discardBody(): void;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Answers a request. Rejects only when there is nobody left to answer, or by a mistake of ours. */
export type Handler = (request: HttpRequest) => Promise<HttpResponse>;
