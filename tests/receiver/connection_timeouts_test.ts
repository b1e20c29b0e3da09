import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { ConnectionTimeouts } from "../../src/receiver/connection_timeouts.ts";

/** A connection without a network, and what became of it. */
function setup() {
  let now = 0;
  const timeouts = new ConnectionTimeouts(1000, () => now);
  const ended: string[] = [];
  return {
    ended,
    connect: (name: string) => {
      const socket = Object.assign(new EventEmitter(), {
        name,
        bytesRead: 0,
        destroy: () => ended.push(`${name} closed`),
      });
      timeouts.opened(socket as unknown as Socket);
      const request = { socket, complete: false } as unknown as IncomingMessage;
      return {
        send: (bytes: number) => socket.bytesRead += bytes,
        began: () => timeouts.began(request),
        complete: () => Object.assign(request, { complete: true }),
        answered: () => timeouts.ended(request),
        close: () => socket.emit("close"),
      };
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
      timeouts.sweep((socket) =>
        ended.push(`${(socket as unknown as { readonly name: string }).name} refused`)
      );
    },
  };
}

Deno.test("Who sends nothing is closed, who sends half a head or half a body is refused", () => {
  const { connect, pass, ended } = setup();
  const bodies = () => ended.filter((one) => one.startsWith("body"));
  connect("silent");
  connect("head").send(10);
  pass(999);
  assert.deepEqual([...ended], []);
  const body = connect("body");
  body.send(100);
  body.began();
  pass(1);
  assert.deepEqual([...ended], ["silent closed", "head refused"]);
  pass(998);
  assert.deepEqual(bodies(), []);
  pass(1);
  assert.deepEqual(bodies(), ["body refused"]);
});

Deno.test("Who waits for an answer is left alone, however long it takes, and idle from then on", () => {
  const { connect, pass, ended } = setup();
  const client = connect("client");
  client.send(100);
  client.began();
  client.complete();
  pass(10_000);
  assert.deepEqual([...ended], []);
  client.answered();
  pass(999);
  assert.deepEqual([...ended], []);
  pass(1);
  assert.deepEqual(ended, ["client closed"], "nothing new has come: no request to refuse");
});

Deno.test("The next request has its own time, and a connection that is gone none", () => {
  const { connect, pass, ended } = setup();
  const client = connect("client");
  for (let request = 0; request < 5; request++) {
    client.send(100);
    client.began();
    client.complete();
    client.answered();
    pass(900);
  }
  assert.deepEqual([...ended], []);
  client.close();
  pass(10_000);
  assert.deepEqual([...ended], []);
});
