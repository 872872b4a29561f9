/**
 * Parameters of KEDA's triggers for metrics, schedules and what a cluster knows itself, in the notation of `parse-catalogue.ts`.
 * The facts (names, places, types, defaults) are KEDA's, https://github.com/kedacore/keda, Apache-2.0.
 */
export const metrics: string = `
# cpu name=- target=value activation=-
type string m enum=Utilization|AverageValue removed=metricType of the trigger
value string! m
containerName string m

# cron name=* target==1 activation=-
start string! m
end string! m
timezone string! m
desiredReplicas integer! m

# datadog name=* target=targetValue activation=activationTargetValue
datadogNamespace string a
datadogMetricsService string a
datadogMetricsServicePort integer a default=8443
unsafeSsl boolean a default=false
authMode string a
token string a
datadogMetricName string m
datadogMetricNamespace string m
activationTargetValue float m default=0
apiKey string a
appKey string a
datadogSite string a default=datadoghq.com
query string m
queryAggregator string m enum=average|max
activationQueryValue float m default=0
age integer m default=90
timeWindowOffset integer m default=0
lastAvailablePointOffset integer m default=0
useClusterAgentProxy boolean m default=false
hpaMetricName string m
metricUnavailableValue float m
targetValue|queryValue float m default=-1
timeout duration m

# dynatrace name=dynatrace target=threshold activation=activationThreshold
host string! ma
token string! a
metricSelector string m
query string m
queryTimeoutSeconds integer m default=10
queryPollingWait duration m default=1s
queryPollingTries integer m default=5
from string m
threshold float! m
activationThreshold float m

# external name=- target=- activation=-
scalerAddress string! m
enableTLS boolean m
unsafeSsl boolean m
caCert string a
tlsClientCert string a
tlsClientKey string a

# external-push name=- target=- activation=-
scalerAddress string! m
enableTLS boolean m
unsafeSsl boolean m
caCert string a
tlsClientCert string a
tlsClientKey string a

# graphite name=graphite target=threshold activation=activationThreshold
serverAddress string! m
query string! m
threshold float m default=100
activationThreshold float m default=0
queryTime string! m
authMode string m enum=basic
username string a
password string a

# influxdb name=* target=thresholdValue activation=activationThresholdValue
authToken string m removed=authToken through a TriggerAuthentication or authTokenFromEnv
authToken string ea
organizationName string mea
query string! m
influxVersion string m default=2 enum=2|3
queryType string m default=InfluxQL
database string ma
metricKey string m
serverURL string! ma
unsafeSsl boolean m
thresholdValue float m
activationThresholdValue float m

# kubernetes-resource name=* target=targetValue activation=activationTargetValue
resourceKind string! m enum=ConfigMap|Secret
resourceName string! m
key string! m
format string m default=number enum=number|json|yaml
valueLocation string m
valueType string m default=float64 enum=float64|int64|quantity
targetValue float! m
activationTargetValue float m default=0

# kubernetes-workload name=* target=value activation=activationValue
podSelector string! m
value float m default=0
activationValue float m default=0
groupByNode boolean m default=false

# loki name=loki target=threshold activation=activationThreshold
serverAddress string! m
query string! m
threshold float! m
activationThreshold float m default=0
tenantName string m
ignoreNullValues boolean m default=true
unsafeSsl boolean m default=false
use http-auth

# memory name=- target=value activation=-
type string m enum=Utilization|AverageValue removed=metricType of the trigger
value string! m
containerName string m

# metrics-api name=metric-api-{valueLocation} target=targetValue activation=activationTargetValue
targetValue float m
activationTargetValue float m default=0
url string! m
format string m default=json enum=prometheus|json|xml|yaml
valueLocation string! m
unsafeSsl boolean m default=false
aggregateFromKubeServiceEndpoints boolean m default=false
aggregationType string m default=average enum=average|sum|max|min
timeout duration m
use http-auth

# new-relic name=new-relic target=threshold activation=activationThreshold
account integer! am
region string am default=US
queryKey string! am
noDataError boolean m default=false
nrql string! m
threshold float! m
activationThreshold float m default=0

# openstack-metric name=openstack-metric-{metricID} target=threshold activation=activationThreshold
metricsURL string! m
metricID string! m
aggregationMethod string! m
granularity integer! m
threshold float m
activationThreshold float m
timeout integer m default=30

# openstack-swift name=* target=objectCount activation=activationObjectCount
swiftURL string m
containerName string! m
objectCount integer m default=2
activationObjectCount integer m default=0
objectPrefix string m
objectDelimiter string m
objectLimit string m
timeout integer m default=30
onlyFiles boolean m
userID string a
password string a
projectID string a
authURL string! a
appCredentialID string a
appCredentialSecret string a
regionName string a

# predictkube name=predictkube-predictkube_metric target=threshold activation=activationThreshold
prometheusAddress string! m
query string! m
predictHorizon string! m
queryStep string! m
historyTimeWindow string! m
apiKey string! a
threshold float m
activationThreshold float m
use http-auth

# prometheus name=prometheus target=threshold activation=activationThreshold
serverAddress string! m
query string! m
queryParameters map m
threshold float! m
activationThreshold float m
namespace string m
customHeaders map m
ignoreNullValues boolean m default=true
unsafeSsl boolean m
awsRegion string ma
timeout duration m
identityOwner string m
use http-auth
`;
