import assert from "node:assert/strict";
import { isLabelName, metricLabel } from "../../src/event/metric_label.ts";

Deno.test("isLabelName() takes what Prometheus takes, and leaves it its own names", () => {
  for (const name of ["a", "_", "_a", "A9_z", "k8s_ns_name", "constructor"]) {
    assert.equal(isLabelName(name), true, name);
  }
  for (const name of ["", "__", "__name__", "9a", "a.b", "a-b", "a:b", "a b", "ä", "a\n", "\na"]) {
    assert.equal(isLabelName(name), false, JSON.stringify(name));
  }
});

Deno.test("an output field's label has _ for its dots, and is undefined where that is no name", () => {
  assert.equal(metricLabel("k8s.ns.name"), "k8s_ns_name");
  assert.equal(metricLabel("proc.aname[2]"), undefined);
  assert.equal(metricLabel(".meta"), "_meta");
  assert.equal(metricLabel("..meta"), undefined, "__ is Prometheus' own");
});
