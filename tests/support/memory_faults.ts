/** What a test can make fail. */
export type Operation =
  | "create"
  | "openForReading"
  | "openForWriting"
  | "append"
  | "truncate"
  | "readAt"
  | "syncData"
  | "syncDirectory"
  | "rename"
  | "remove"
  | "list"
  | "makeDirectory"
  | "lock"
  | "look";

export interface Fault {
  readonly operation: Operation;
  readonly error: Error;
  /** How the path of the operation ends. */
  readonly suffix: string;
  /** Whether it strikes once, or until it is healed. */
  readonly once: boolean;
}

export const noSpace = () => new Error("No space left on device (os error 28)");
export const unreadable = () => new Error("Input/output error (os error 5)");
export const readOnly = () => new Error("Read-only file system (os error 30)");

/** The faults that a test has asked for. */
export class Faults {
  #armed: readonly Fault[] = [];

  /** Takes the place of one of the same kind for the same operation. */
  arm(fault: Fault): void {
    const { operation, once } = fault;
    this.#armed = [
      ...this.#armed.filter((armed) => armed.operation !== operation || armed.once !== once),
      fault,
    ];
  }

  heal(): void {
    this.#armed = [];
  }

  /** @throws what was asked for */
  strike(operation: Operation, path: string): void {
    if (this.#armed.length === 0) return;
    const fault = this.#armed.find((armed) =>
      armed.operation === operation && path.endsWith(armed.suffix)
    );
    if (!fault) return;
    if (fault.once) this.#armed = this.#armed.filter((armed) => armed !== fault);
    throw fault.error;
  }
}
