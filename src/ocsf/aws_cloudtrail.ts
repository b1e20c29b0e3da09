import { awsAccount } from "./cloud.ts";
import type { Details, Origin } from "./details.ts";
import type { Fields } from "./fields.ts";
import type {
  Api,
  ApiResponse,
  Cloud,
  Endpoint,
  Evidence,
  Resource,
  User,
  Writable,
} from "./finding.ts";
import { isHostname } from "./hostname.ts";
import { ipVersion } from "./ip.ts";
import { type NamedResource, takeResources } from "./named_resources.ts";
import { takePaired } from "./paired_resource.ts";
import { mapServiceCall } from "./service_call.ts";
import { addUserAgent } from "./user_agent.ts";

/**
 * The fields that name one thing each. The type is CloudFormation's where the field alone says what
 * it is: many services have groups, services and "names" in their requests.
 */
const RESOURCES: readonly NamedResource[] = [
  { field: "s3.bucket", type: "AWS::S3::Bucket", as: "name" },
  { field: "ecr.repository", type: "AWS::ECR::Repository", as: "name" },
  { field: "iam.role", type: "AWS::IAM::Role", as: "name" },
  { field: "iam.policy", type: "AWS IAM policy", as: "name" }, // managed or inline
  { field: "ct.request.functionname", type: "AWS::Lambda::Function", as: "name" },
  { field: "ct.request.username", type: "AWS::IAM::User", as: "name" },
  { field: "ct.request.groupname", type: "AWS group", as: "name" },
  { field: "ct.request.serialnumber", type: "AWS MFA device", as: "uid" },
  { field: "ct.request.cluster", type: "AWS::ECS::Cluster", as: "name" },
  { field: "ct.request.servicename", type: "AWS service", as: "name" },
  { field: "ct.request.taskdefinition", type: "AWS::ECS::TaskDefinition", as: "name" },
  { field: "ct.request.documentname", type: "AWS::SSM::Document", as: "name" },
  { field: "ct.request.name", type: "AWS resource", as: "name" },
  { field: "ec2.imageid", type: "AWS::EC2::Image", as: "uid" },
  { field: "ct.request.subnetid", type: "AWS::EC2::Subnet", as: "uid" },
  { field: "ct.response.subnetid", type: "AWS::EC2::Subnet", as: "uid" },
  { field: "ct.response.reservationid", type: "AWS EC2 reservation", as: "uid" },
];

/** The first instance of a RunInstances call, as the official rules ask the json plugin for it. */
const INSTANCE_ID = "json.value[/responseElements/instancesSet/items/0/instanceId]";

/** Maps an event of CloudTrail: the fields of the cloudtrail plugin's documentation. */
export function mapCloudTrail(fields: Fields, { findingUid, minor }: Origin): Details {
  const details: Writable<Details> = { cloud: mapPlace(fields) };
  const resources = mapResources(fields);
  if (resources.length > 0) details.resources = resources;

  const evidence: Writable<Evidence> = {};
  const user = mapUser(fields);
  if (user !== undefined) evidence.actor = { user };
  const source = mapSource(fields);
  if (source !== undefined) evidence.src_endpoint = source;
  const destination = mapDestination(fields);
  if (destination !== undefined) evidence.dst_endpoint = destination;
  const api = mapApi(fields, findingUid); // last: it has what is left of the request
  if (api !== undefined) evidence.api = api;
  addUserAgent(evidence, fields, "ct.useragent", minor);
  if (Object.keys(evidence).length > 0) details.evidences = [evidence];
  return details;
}

function mapApi(fields: Fields, findingUid: string): Api | undefined {
  const service = fields.text("ct.src");
  const response: Writable<ApiResponse> = {};
  const error = fields.take("ct.error");
  if (error !== undefined) response.error = error;
  const errorMessage = fields.take("ct.errormessage");
  if (errorMessage !== undefined) response.error_message = errorMessage;
  const responseData = fields.restAsJson("ct.response");
  if (responseData !== undefined) response.data = responseData;
  const api = mapServiceCall({
    operation: fields.take("ct.name"),
    service,
    requestUid: fields.take("ct.requestid") ?? fields.take("ct.id"),
    data: fields.restAsJson("ct.request"),
    response,
  }, findingUid);
  if (api?.service !== undefined) fields.use("ct.src");
  return api;
}

/** OCSF's user needs a name, a uid or an account: what CloudTrail says besides stays unmapped. */
function mapUser(fields: Fields): User | undefined {
  const name = fields.take("ct.user");
  const arn = fields.take("ct.user.arn");
  const principal = fields.take("ct.user.principalid");
  const account = fields.take("ct.user.accountid");
  const uid = arn ?? principal;
  if (name === undefined && uid === undefined && account === undefined) return undefined;
  const user: Writable<User> = {};
  if (name !== undefined) user.name = name;
  if (uid !== undefined) user.uid = uid;
  if (arn !== undefined && principal !== undefined) user.uid_alt = principal;
  const type = fields.take("ct.user.identitytype");
  if (type !== undefined) {
    user.type_id = 99;
    user.type = type;
  }
  if (account !== undefined) user.account = awsAccount(account);
  return user;
}

/** Who called: an address, or the name of the AWS service that did it for somebody. */
function mapSource(fields: Fields): Endpoint | undefined {
  const source = fields.text("ct.srcip");
  if (source === undefined) return undefined;
  const endpoint = ipVersion(source)
    ? { ip: source }
    : isHostname(source)
    ? { hostname: source }
    : undefined;
  if (endpoint !== undefined) fields.use("ct.srcip");
  return endpoint;
}

/** Which server was called, as the request's Host header says: S3's endpoint, or the bucket's. */
function mapDestination(fields: Fields): Endpoint | undefined {
  const hostname = fields.text("ct.request.host");
  if (hostname === undefined || !isHostname(hostname)) return undefined;
  fields.use("ct.request.host");
  return { hostname };
}

function mapPlace(fields: Fields): Cloud {
  const cloud: Writable<Cloud> = { provider: "AWS" };
  const region = fields.take("ct.region");
  const zone = fields.take("ct.request.availabilityzone");
  const account = fields.take("ct.recipientaccountid");
  if (region !== undefined) cloud.region = region;
  if (zone !== undefined) cloud.zone = zone;
  if (account !== undefined) cloud.account = awsAccount(account);
  return cloud;
}

function mapResources(fields: Fields): Resource[] {
  return [
    ...takePaired(fields, "AWS::S3::Object", "s3.key", "s3.uri"),
    ...takePaired(fields, "AWS::EC2::Instance", "ec2.name", INSTANCE_ID),
    ...takeResources(fields, RESOURCES),
  ];
}
