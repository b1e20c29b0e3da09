-- Pods with their findings, the worst first. Needs Falco's Kubernetes fields (k8s.ns.name, …); pods
-- that the Kubernetes audit log speaks of have the type k8s.pods.
WITH pods AS (
  SELECT
    time_dt,
    severity_id,
    finding_info.title AS rule,
    list_filter(resources, lambda r: r.type = 'k8s.pod')[1] AS pod
  FROM falco
  WHERE eventday BETWEEN '20261101' AND '20261130'
)
SELECT
  pod.namespace AS namespace,
  pod.name AS name,
  count(*) AS findings,
  max(severity_id) AS worst_severity,
  max(time_dt) AS last_seen,
  list_sort(list(DISTINCT rule)) AS rules
FROM pods
WHERE pod.name IS NOT NULL -- AND pod.namespace = 'shop'
GROUP BY pod.namespace, pod.name
ORDER BY worst_severity DESC, findings DESC, pod.name;
