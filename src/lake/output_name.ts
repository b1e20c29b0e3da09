/** What falcosidekick calls this output: at the start, in its log lines, and in its metrics. */
export const OUTPUT_NAME = "AWSSecurityLake";
export const LOGGED_NAME = "AWS SecurityLake";
export const DESTINATION = "awssecuritylake";
