/**
 * The manifest everything starts from: what `sluice up` runs without `-f`, and what `sluice manifests` prints.
 * The ScaledObject is KEDA's well-known HTTP example with our name and job label.
 */
export const builtInManifest: string = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: sluice, namespace: default }
spec:
  scaleTargetRef: { name: sluice-replica }
  minReplicaCount: 0
  maxReplicaCount: 10
  triggers:
    - type: prometheus
      metadata:
        serverAddress: http://prometheus-server.monitoring.svc.cluster.local:9090
        metricName: http_request_qps
        query: sum(rate(http_requests_total{job="sluice"}[2m]))
        threshold: "5"
        activationThreshold: "1"
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: sluice-replica
  namespace: default
  labels: { app: sluice-replica }
  annotations:
    # Questions that one replica answers at once.
    sluice.dev/slots: "8"
spec:
  selector:
    matchLabels: { app: sluice-replica }
  template:
    metadata:
      labels: { app: sluice-replica }
    spec:
      terminationGracePeriodSeconds: 30
      containers:
        - name: replica
          image: sluice
          command: [sluice, replica]
          env:
            - { name: PORT, value: "8080" }
          ports:
            - { name: http, containerPort: 8080 }
          readinessProbe:
            httpGet: { path: /readyz, port: http }
            periodSeconds: 5
            timeoutSeconds: 2
          livenessProbe:
            httpGet: { path: /healthz, port: http }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
`;

/** What messages call it. */
export const builtInFile = 'built-in';
