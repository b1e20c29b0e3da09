/** An output of falcosidekick's that falco-lake has not. */
export interface FalcosidekickOutput {
  /** As falcosidekick's "Enabled Outputs" names it. */
  readonly name: string;
  /** The keys that all have to be set for falcosidekick to switch it on (`handlers.go`, `forwardEvent`). */
  readonly enabledBy: readonly [string, ...string[]];
}

const output = (name: string, ...enabledBy: readonly [string, ...string[]]) => ({
  name,
  enabledBy,
});

/** All outputs of falcosidekick 2.34 but the one we have, by the keys that switch them on. */
export const FALCOSIDEKICK_OUTPUTS: readonly FalcosidekickOutput[] = [
  output("Alertmanager", "alertmanager.hostport"),
  output("AWSCloudWatchLogs", "aws.cloudwatchlogs.loggroup"),
  output("AWSKinesis", "aws.kinesis.streamname"),
  output("AWSLambda", "aws.lambda.functionname"),
  output("AWSS3", "aws.s3.bucket"),
  output("AWSSNS", "aws.sns.topicarn"),
  output("AWSSQS", "aws.sqs.url"),
  output("AzureEventHub", "azure.eventhub.name"),
  output("Cliq", "cliq.webhookurl"),
  output("CloudEvents", "cloudevents.address"),
  output("Datadog", "datadog.apikey"),
  output("Datadog Logs", "datadoglogs.apikey"),
  output("Discord", "discord.webhookurl"),
  output("DogStatsD", "dogstatsd.forwarder"),
  output("Dynatrace", "dynatrace.apitoken", "dynatrace.apiurl"),
  output("Elasticsearch", "elasticsearch.hostport"),
  output("Fission", "fission.function"),
  output("GCPChronicle", "gcp.chronicle.region", "gcp.chronicle.projectid"),
  output("GCPCloudFunctions", "gcp.cloudfunctions.name"),
  output("GCPCloudRun", "gcp.cloudrun.endpoint"),
  output("GCPPubSub", "gcp.pubsub.projectid", "gcp.pubsub.topic"),
  output("GCPStorage", "gcp.storage.bucket"),
  output("GoogleChat", "googlechat.webhookurl"),
  output("Gotify", "gotify.hostport"),
  output("Grafana", "grafana.hostport"),
  output("GrafanaOnCall", "grafanaoncall.webhookurl"),
  output("Influxdb", "influxdb.hostport"),
  output("Kafka", "kafka.hostport"),
  output("KafkaRest", "kafkarest.address"),
  output("Kubeless", "kubeless.namespace", "kubeless.function"),
  output("Logstash", "logstash.address"),
  output("Loki", "loki.hostport"),
  output("Mattermost", "mattermost.webhookurl"),
  output("MQTT", "mqtt.broker"),
  output("n8n", "n8n.address"),
  output("NATS", "nats.hostport"),
  output("NodeRed", "nodered.address"),
  output("OpenFaaS", "openfaas.functionname"),
  output("OpenObserve", "openobserve.hostport"),
  output("Opsgenie", "opsgenie.apikey"),
  output("OTLPLogs", "otlp.logs.endpoint"),
  output("OTLPMetrics", "otlp.metrics.endpoint"),
  output("OTLPTraces", "otlp.traces.endpoint"),
  output("Pagerduty", "pagerduty.routingkey"),
  output("PolicyReport", "policyreport.enabled"),
  output("Quickwit", "quickwit.hostport"),
  output("RabbitMQ", "rabbitmq.url", "rabbitmq.queue"),
  output("Redis", "redis.address"),
  output("Rocketchat", "rocketchat.webhookurl"),
  output("Slack", "slack.webhookurl"),
  output("SMTP", "smtp.hostport"),
  output("Splunk", "splunk.host"),
  output("Spyderbat", "spyderbat.orguid"),
  output("STAN", "stan.hostport", "stan.clusterid", "stan.clientid"),
  output("StatsD", "statsd.forwarder"),
  output("SumoLogic", "sumologic.receiverurl"),
  output("Syslog", "syslog.host"),
  output("Talon", "talon.address"),
  output("Teams", "teams.webhookurl"),
  output("Tekton", "tekton.eventlistener"),
  output("Telegram", "telegram.token", "telegram.chatid"),
  output("TimescaleDB", "timescaledb.host"),
  output("Wavefront", "wavefront.endpointhost", "wavefront.endpointtype"),
  output("Webex", "webex.webhookurl"),
  output("Webhook", "webhook.address"),
  output("WebUI", "webui.url"),
  output("YandexDataStreams", "yandex.datastreams.streamname"),
  output("YandexS3", "yandex.s3.bucket"),
  output("Zincsearch", "zincsearch.hostport"),
];

/** Where falcosidekick's outputs have their keys: `slack`, `aws.lambda`, `gcp`. */
const SECTIONS: ReadonlySet<string> = new Set(
  FALCOSIDEKICK_OUTPUTS.map(({ enabledBy: [key] }) => {
    const parts = key.split(".");
    return parts[0] === "aws" ? `aws.${parts[1]}` : parts[0]!;
  }),
);

/** Keys that only concern how outputs connect, and so have no effect in falcosidekick either without one. */
const OF_ALL_OUTPUTS: ReadonlySet<string> = new Set(["mutualtlsfilespath", "mutualtlsclient"]);

/** The names of falcosidekick's, below `aws.` or at the top, that are none of ours. */
export function falcosidekickNames(parent: string): string[] {
  const names = [...SECTIONS, ...OF_ALL_OUTPUTS];
  return names.filter((name) => name.startsWith("aws.") === (parent === "aws."))
    .map((name) => name.slice(parent.length));
}

/** Whether a dotted key is one that falcosidekick's outputs may have. Their names are not ours to check. */
export function isOfAnOutput(path: string): boolean {
  const [first = "", second] = path.split(".");
  const section = first === "aws" ? `aws.${second}` : first;
  return SECTIONS.has(section) || OF_ALL_OUTPUTS.has(section);
}
