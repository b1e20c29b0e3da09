import assert from "node:assert/strict";
import type { OcsfVersion } from "../../src/ocsf/version.ts";
import { CLOUD, mapMembers, NO_CLOUD } from "./support.ts";

function mapCloudTrail(
  output_fields: Readonly<Record<string, unknown>>,
  ocsfVersion: OcsfVersion = "1.1.0",
  cloud = NO_CLOUD,
) {
  const members = { source: "aws_cloudtrail", output_fields };
  return mapMembers(members, { ...cloud, ocsfVersion });
}

Deno.test("a CloudTrail event's call becomes an API call with the service's answer", () => {
  const { evidences, unmapped } = mapCloudTrail({
    "ct.name": "RunInstances",
    "ct.src": "ec2.amazonaws.com",
    "ct.requestid": "b1a2",
    "ct.id": "c3d4",
    "ct.error": "Client.UnauthorizedOperation",
    "ct.errormessage": "You are not authorized",
  });
  assert.deepEqual(evidences, [{
    api: {
      operation: "RunInstances",
      service: { name: "ec2.amazonaws.com" },
      request: { uid: "b1a2" },
      response: {
        error: "Client.UnauthorizedOperation",
        error_message: "You are not authorized",
      },
    },
  }]);
  assert.deepEqual(unmapped, { "ct.id": "c3d4" });
});

Deno.test("the event's id is the request's when that has none", () => {
  const { evidences, unmapped } = mapCloudTrail({ "ct.id": "c3d4", "ct.error": "<NA>" });
  assert.deepEqual(evidences, [{ api: { operation: "Unknown", request: { uid: "c3d4" } } }]);
  assert.equal(unmapped, undefined);
});

Deno.test("a service of which nothing else is known stays unmapped", () => {
  const { evidences, unmapped } = mapCloudTrail({ "ct.src": "ec2.amazonaws.com" });
  assert.equal(evidences, undefined);
  assert.deepEqual(unmapped, { "ct.src": "ec2.amazonaws.com" });
});

Deno.test("what is left of request and response is their data, and stays unmapped", () => {
  const left = {
    "ct.request": `{"bucketName":"b"}`,
    "ct.request.policy": "{}",
    "ct.response": `{"x":1}`,
  };
  const { evidences, unmapped } = mapCloudTrail({
    ...left,
    "ct.request.functionname": "f",
    "ct.response.subnetid": "subnet-1",
    "ct.region": "us-east-1",
    "ct.request.availabilityzone": "us-east-1a",
  });
  const { request, response } = evidences![0]!.api!;
  const { "ct.response": answer, ...asked } = left;
  assert.deepEqual(JSON.parse(request!.data!), asked);
  assert.deepEqual(JSON.parse(response!.data!), { "ct.response": answer });
  assert.deepEqual(unmapped, left);
});

Deno.test("CloudTrail's user identity becomes the actor", () => {
  const { evidences, observables, unmapped } = mapCloudTrail({
    "ct.user": "alice",
    "ct.user.arn": "arn:aws:iam::210987654321:user/alice",
    "ct.user.principalid": "AIDAEXAMPLE",
    "ct.user.identitytype": "IAMUser",
    "ct.user.accountid": "210987654321",
  });
  assert.deepEqual(evidences![0]!.actor, {
    user: {
      name: "alice",
      uid: "arn:aws:iam::210987654321:user/alice",
      uid_alt: "AIDAEXAMPLE",
      type_id: 99,
      type: "IAMUser",
      account: { uid: "210987654321", type_id: 10, type: "AWS Account" },
    },
  });
  assert.deepEqual(observables?.map(({ name }) => name), ["evidences[0].actor.user.name"]);
  assert.equal(unmapped, undefined);
});

Deno.test("the principal's id identifies a user without an ARN", () => {
  const { evidences } = mapCloudTrail({ "ct.user.principalid": "AIDAEXAMPLE" });
  assert.deepEqual(evidences![0]!.actor, { user: { uid: "AIDAEXAMPLE" } });
});

Deno.test("a kind of user alone is no user", () => {
  const { evidences, unmapped } = mapCloudTrail({ "ct.user.identitytype": "AWSService" });
  assert.equal(evidences, undefined);
  assert.deepEqual(unmapped, { "ct.user.identitytype": "AWSService" });
});

Deno.test("the source of a CloudTrail event is an address or a service's host name", () => {
  const sourceOf = (source: string) => {
    const { evidences, unmapped } = mapCloudTrail({ "ct.srcip": source });
    return [evidences?.[0]?.src_endpoint, unmapped];
  };
  assert.deepEqual(sourceOf("203.0.113.7"), [{ ip: "203.0.113.7" }, undefined]);
  assert.deepEqual(sourceOf("2001:db8::7"), [{ ip: "2001:db8::7" }, undefined]);
  assert.deepEqual(sourceOf("ecs.amazonaws.com"), [{ hostname: "ecs.amazonaws.com" }, undefined]);
  assert.deepEqual(sourceOf("AWS Internal"), [undefined, { "ct.srcip": "AWS Internal" }]);
});

Deno.test("the Host header of a request is its destination when it is a host name", () => {
  const destinationOf = (host: string) => {
    const { evidences } = mapCloudTrail({ "ct.request.host": host });
    return evidences![0]!;
  };
  assert.deepEqual(destinationOf("s3.amazonaws.com"), {
    dst_endpoint: { hostname: "s3.amazonaws.com" },
  });
  assert.equal(destinationOf("a_bucket.s3.amazonaws.com").dst_endpoint, undefined);
});

Deno.test("a user agent has a place since 1.4, beside other evidence", () => {
  const agent = { "ct.useragent": "aws-cli/2.15" };
  const at = (ocsfVersion: OcsfVersion, fields = {}) => {
    const { evidences, unmapped } = mapCloudTrail({ ...agent, ...fields }, ocsfVersion);
    return [evidences?.[0]?.http_request, unmapped];
  };
  const user = { "ct.user": "alice" };
  assert.deepEqual(at("1.3.0", user), [undefined, agent]);
  assert.deepEqual(at("1.4.0", user), [{ user_agent: "aws-cli/2.15" }, undefined]);
  assert.deepEqual(at("1.4.0"), [undefined, agent]);
});

Deno.test("a CloudTrail event says itself where it happened: never the lake's region or account", () => {
  const place = {
    "ct.region": "us-east-1",
    "ct.request.availabilityzone": "us-east-1a",
    "ct.recipientaccountid": "210987654321",
  };
  const account = { uid: "210987654321", type_id: 10, type: "AWS Account" };
  assert.deepEqual(mapCloudTrail(place, "1.1.0", CLOUD).cloud, {
    provider: "AWS",
    region: "us-east-1",
    zone: "us-east-1a",
    account,
  });
  assert.deepEqual(mapCloudTrail({ "ct.region": "us-east-1" }, "1.1.0", CLOUD).cloud, {
    provider: "AWS",
    region: "us-east-1",
  });
  assert.deepEqual(mapCloudTrail({}, "1.1.0", CLOUD).cloud, { provider: "AWS" });
});

Deno.test("what a CloudTrail event names becomes resources", () => {
  const { resources, unmapped } = mapCloudTrail({
    "s3.bucket": "b",
    "ct.request.cluster": "prod",
    "ct.request.groupname": "admins",
    "ct.response.subnetid": "subnet-1",
    "ec2.name": "web",
    "json.value[/responseElements/instancesSet/items/0/instanceId]": "i-1",
    "s3.uri": "s3://b/k",
    "ct.request.username": null,
  });
  assert.deepEqual(resources, [
    { type: "AWS::S3::Object", uid: "s3://b/k" },
    { type: "AWS::EC2::Instance", name: "web", uid: "i-1" },
    { type: "AWS::S3::Bucket", name: "b" },
    { type: "AWS group", name: "admins" },
    { type: "AWS::ECS::Cluster", name: "prod" },
    { type: "AWS::EC2::Subnet", uid: "subnet-1" },
  ]);
  assert.equal(unmapped, undefined);
});

Deno.test("Falco's number of a CloudTrail event is the sequence when it is an int32", () => {
  assert.equal(mapCloudTrail({ "evt.num": 2147483647 }).metadata.sequence, 2147483647);
  const { metadata, unmapped } = mapCloudTrail({ "evt.num": 2147483648 });
  assert.equal(metadata.sequence, undefined);
  assert.deepEqual(unmapped, { "evt.num": "2147483648" });
});
