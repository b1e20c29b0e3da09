const [SENT, ANSWERED] = [1, 2];

/** What the clients know about every event: a byte each, by its number. */
export class Ledger {
  #states = new Uint8Array(1 << 16);
  #sent = 0;
  #answered = 0;

  /** How many were sent; their numbers are those below. */
  get sent(): number {
    return this.#sent;
  }

  /** How many got a 200. */
  get answered(): number {
    return this.#answered;
  }

  /** The number of an event that is about to be sent. */
  send(): number {
    if (this.#sent === this.#states.length) {
      const grown = new Uint8Array(2 * this.#sent);
      grown.set(this.#states);
      this.#states = grown;
    }
    this.#states[this.#sent] = SENT;
    return this.#sent++;
  }

  answer(id: number): void {
    this.#states[id] = ANSWERED;
    this.#answered++;
  }

  isAnswered(id: number): boolean {
    return this.#states[id] === ANSWERED;
  }
}
