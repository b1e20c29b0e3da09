-- Made by scripts/aws/print_table.ts sql 1.1.0. For a bucket without Security Lake.
CREATE EXTERNAL TABLE falco_objects (
  `time` bigint,
  `time_dt` timestamp,
  `class_uid` int,
  `class_name` string,
  `category_uid` int,
  `category_name` string,
  `activity_id` int,
  `activity_name` string,
  `type_uid` bigint,
  `type_name` string,
  `severity_id` int,
  `severity` string,
  `status_id` int,
  `status` string,
  `status_detail` string,
  `message` string,
  `count` int,
  `finding_info` struct<uid:string,title:string,desc:string,created_time:bigint,types:array<string>,data_sources:array<string>,analytic:struct<uid:string,name:string,type_id:int,type:string,category:string>,attacks:array<struct<version:string,tactic:struct<uid:string,name:string>,technique:struct<uid:string,name:string>,sub_technique:struct<uid:string,name:string>>>>,
  `metadata` struct<version:string,profiles:array<string>,uid:string,product:struct<name:string,vendor_name:string,version:string,feature:struct<name:string>>,log_name:string,log_level:string,original_time:string,logged_time:bigint,event_code:string,sequence:int,labels:array<string>>,
  `cloud` struct<provider:string,region:string,zone:string,account:struct<uid:string,type_id:int,type:string>,project_uid:string>,
  `device` struct<hostname:string,name:string,type_id:int>,
  `actor` struct<process:struct<name:string,pid:int,uid:string>,`user`:struct<name:string,uid:string,groups:array<struct<name:string,uid:string>>,uid_alt:string,type_id:int,type:string,email_addr:string,account:struct<uid:string,type_id:int,type:string>,org:struct<name:string>>>,
  `resources` array<struct<type:string,name:string,namespace:string,uid:string,owner:struct<name:string,org:struct<name:string>>,labels:array<string>>>,
  `evidences` array<struct<api:struct<operation:string,service:struct<name:string>,request:struct<uid:string,flags:array<string>,data:string>,response:struct<code:int,message:string,error:string,error_message:string,data:string>>,data:string,actor:struct<`user`:struct<name:string,uid:string,groups:array<struct<name:string>>,uid_alt:string,type_id:int,type:string,email_addr:string,account:struct<uid:string,type_id:int,type:string>,org:struct<name:string>>,authorizations:array<struct<decision:string,policy:struct<name:string>>>>,process:struct<name:string,pid:int,uid:string,tid:int,created_time:bigint,namespace_pid:int,cmd_line:string,file:struct<name:string,path:string,parent_folder:string,type_id:int,type:string,modified_time:bigint>,`user`:struct<name:string,uid:string,groups:array<struct<name:string,uid:string>>>,auid:int,container:struct<uid:string,name:string,runtime:string,image:struct<uid:string,name:string,tag:string>,orchestrator:string,pod_uuid:string>,parent_process:struct<name:string,pid:int,uid:string,cmd_line:string,file:struct<name:string,path:string,parent_folder:string,type_id:int,type:string>,created_time:bigint>,lineage:array<string>,session:struct<uid:string,terminal:string>,xattributes:struct<cap_effective:string,cap_permitted:string,login_name:string,session_leader:string,exe_ctime:string,exe_ctime_duration_proc_start:string,working_directory:string,environment:string>>,file:struct<name:string,path:string,parent_folder:string,type_id:int,type:string>,connection_info:struct<direction_id:int,protocol_name:string,protocol_num:int,protocol_ver_id:int>,src_endpoint:struct<ip:string,port:int,hostname:string,intermediate_ips:array<string>,location:struct<country:string,region:string,city:string,postal_code:string>>,dst_endpoint:struct<ip:string,port:int,hostname:string>>>,
  `observables` array<struct<name:string,type_id:int,type:string,value:string>>,
  `raw_data` string,
  `unmapped` map<string,string>
)
PARTITIONED BY (`region` string, `accountid` string, `eventday` string)
STORED AS PARQUET
LOCATION 's3://${BUCKET}/${PREFIX}/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.region.type' = 'enum',
  'projection.region.values' = '${REGION}',
  'projection.accountid.type' = 'enum',
  'projection.accountid.values' = '${ACCOUNT_ID}',
  'projection.eventday.type' = 'date',
  'projection.eventday.format' = 'yyyyMMdd',
  'projection.eventday.range' = '${FIRST_DAY},NOW+1DAYS',
  'projection.eventday.interval' = '1',
  'projection.eventday.interval.unit' = 'DAYS',
  'storage.location.template' = 's3://${BUCKET}/${PREFIX}/region=${region}/accountId=${accountid}/eventDay=${eventday}/'
);
