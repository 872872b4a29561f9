/**
 * Parameters of KEDA's triggers for message brokers, in the notation of `parse-catalogue.ts`.
 * The facts (names, places, types, defaults) are KEDA's, https://github.com/kedacore/keda, Apache-2.0.
 */
export const queues: string = `
# activemq name=* target=targetQueueSize activation=activationTargetQueueSize
managementEndpoint string m
destinationName string m
brokerName string m
username string! aem
password string! aem
corsHeader string m
restAPITemplate string m
targetQueueSize integer m default=10
activationTargetQueueSize integer m default=0

# apache-kafka name=* target=lagThreshold activation=activationLagThreshold
bootstrapServers strings! me
consumerGroup string! me
topic strings me
partitionLimitation integers m range=-
lagThreshold integer m default=10
activationLagThreshold integer m default=0
offsetResetPolicy string m default=latest enum=earliest|latest
allowIdleConsumers boolean m
excludePersistentLag boolean m
scaleToZeroOnInvalidOffset boolean m
limitToPartitionsWithLag boolean m
ensureEvenDistributionOfPartitions boolean m
sasl string ma default=none enum=none|plaintext|scram_sha256|scram_sha512|gssapi|aws_msk_iam
username string a
password string a
awsRegion string m
tls string ma default=disable enum=enable|disable
use client-tls

# artemis-queue name=* target=queueLength activation=activationQueueLength
managementEndpoint string m
queueName string m
brokerName string m
brokerAddress string m
username string! ame
password string! ame
restApiTemplate string m
queueLength integer m default=10
activationQueueLength integer m default=10
corsHeader string m
unsafeSsl boolean m default=false
use client-tls

# beanstalkd name=beanstalkd-{tube} target=value activation=activationValue
server string! m
tube string! m
value float! m
activationValue float m
includeDelayed boolean m
timeout duration m default=30

# etcd name=etcd-{watchKey} target=value activation=activationValue
endpoints strings! m
watchKey string! m
value float! m
activationValue float m default=0
watchProgressNotifyInterval integer m default=600
username string ae
password string ae
tls string a default=disable
use client-tls

# ibmmq name=* target=queueDepth activation=activationQueueDepth
host string! m
queueName|queueNames strings! m
queueDepth integer m default=20
activationQueueDepth integer m default=0
operation string m default=max enum=max|avg|sum
username string! aem
password string! aem
unsafeSsl boolean m default=false
use client-tls

# kafka name=* target=lagThreshold activation=activationLagThreshold
bootstrapServers strings! me
consumerGroup string! me
topic string me
partitionLimitation string m
lagThreshold integer m default=10
activationLagThreshold integer m default=0
offsetResetPolicy string m default=latest enum=latest|earliest
allowIdleConsumers boolean m default=false
excludePersistentLag boolean m default=false
scaleToZeroOnInvalidOffset boolean m default=false
limitToPartitionsWithLag boolean m default=false
ensureEvenDistributionOfPartitions boolean m default=false
fullMetadata boolean m default=true
version string m
tls string ma default=disable enum=enable|disable
unsafeSsl boolean m default=false
sasl string ma enum=none|plaintext|scram_sha256|scram_sha512|oauthbearer|gssapi
username string a
password string a
saslTokenProvider string ma enum=bearer|aws_msk_iam
scopes string a
oauthTokenEndpointUri string a
oauthExtensions string a
keytab string a
realm string a
kerberosConfig string a
kerberosServiceName string a
kerberosDisableFAST boolean a default=false
awsRegion string m
use client-tls

# liiklus name=liiklus-{topic} target=lagThreshold activation=activationLagThreshold
lagThreshold integer m default=10
activationLagThreshold integer m default=0
address string! m announced=KEDA 2.24 removes this trigger
topic string! m
group string! m
groupVersion integer m default=0

# nats-jetstream name=nats-jetstream-{stream} target=lagThreshold activation=activationLagThreshold
account string am
accountID string am
stream string! m
consumer string! m
lagThreshold integer m default=10
activationLagThreshold integer m default=0
useHttps boolean m default=false
natsServerMonitoringEndpoint string! am

# nsq name=nsq-{topic}-{channel} target=depthThreshold activation=activationDepthThreshold
nsqLookupdHTTPAddresses strings! me
topic string! me
channel string! me
depthThreshold integer me default=10
activationDepthThreshold integer me default=0
useHttps boolean me default=false
unsafeSsl boolean me default=false

# pulsar name=pulsar-{topic}-{subscription} target=msgBacklogThreshold activation=activationMsgBacklogThreshold
adminURL string! me
topic string! me
subscription string! me
msgBacklogThreshold integer m default=10
activationMsgBacklogThreshold integer m default=0
isPartitionedTopic boolean m default=false
tls string m
use http-auth

# rabbitmq name=* target=* activation=activationValue
queueName string! m
mode string m default=Unknown
queueLength float m
value float m
activationValue float m
host string! mae
protocol string ma default=auto
vhostName string ma
useRegex boolean m
excludeUnacknowledged boolean m
pageSize integer m default=100
operation string m default=sum
timeout duration m
username string ae
password string ae
tls string a default=disable
unsafeSsl boolean m
workloadIdentityResource string a
oauthTokenURI string a
scopes|scope strings a
clientID string a
clientSecret string a
endpointParams url-values a
use client-tls

# solace-direct-messaging name=* target=* activation=-
solaceSempBaseURL string! m
username string! ae
password string! ae
messageVpn string! m
clientNamePattern string! m
unsafeSSL boolean m default=false
queuedMessagesFactor integer m default=3
aggregatedClientTxByteRateTarget integer m default=0
aggregatedClientAverageTxByteRateTarget integer m default=0
aggregatedClientTxMsgRateTarget integer m default=0
aggregatedClientAverageTxMsgRateTarget integer m default=0
activationAggregatedClientTxByteRateTarget integer m default=0
activationAggregatedClientAverageTxByteRateTarget integer m default=0
activationAggregatedClientTxMsgRateTarget integer m default=0
activationAggregatedClientAverageTxMsgRateTarget integer m default=0

# solace-event-queue name=* target=* activation=-
solaceSempBaseURL string! m
messageVpn string! m
queueName string! m
username string! ame
password string! ame
messageCountTarget integer m
messageSpoolUsageTarget integer m
messageReceiveRateTarget integer m
activationMessageCountTarget integer m default=0
activationMessageSpoolUsageTarget integer m default=0
activationMessageReceiveRateTarget integer m default=0

# temporal name=temporal-{namespace}-{taskQueue} target=targetQueueSize activation=activationTargetQueueSize
endpoint string! me
namespace string me default=default
activationTargetQueueSize integer m default=0
targetQueueSize integer m default=5
taskQueue string! me
queueTypes strings m
buildId string me announced=KEDA 2.21 removes it; use workerDeploymentName and workerDeploymentBuildId
workerDeploymentName string me
workerDeploymentBuildId string me
selectAllActive boolean m default=false announced=KEDA 2.21 removes it; use workerDeploymentName and workerDeploymentBuildId
selectUnversioned boolean m default=false announced=KEDA 2.21 removes it; use workerDeploymentName and workerDeploymentBuildId
includeRunningWorkflowCount boolean m default=false
workflowTaskQueueForCount string me
apiKey string ae
minConnectTimeout integer m default=5
enableTLS boolean m default=true
unsafeSsl boolean m
tlsServerName string m
use client-tls
`;
