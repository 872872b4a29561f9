/**
 * Parameters of KEDA's triggers for clouds, in the notation of `parse-catalogue.ts`.
 * The facts (names, places, types, defaults) are KEDA's, https://github.com/kedacore/keda, Apache-2.0.
 */
export const clouds: string = `
# aws-cloudwatch name=aws-cloudwatch target=targetMetricValue activation=activationTargetMetricValue
namespace string m
metricName string m
dimensionName strings m separator=;
dimensionValue strings m separator=;
expression string m
targetMetricValue float! m
activationTargetMetricValue float m
minMetricValue float! m
ignoreNullValues boolean m default=true
metricCollectionTime integer m default=300
metricStat string m default=Average
metricUnit string m
metricStatPeriod integer m default=300
metricEndTimeOffset integer m default=0
awsAccountId string m
awsRegion string! ma
awsEndpoint string m
identityOwner string m

# aws-dynamodb name=aws-dynamodb-{tableName} target=targetValue activation=activationTargetValue
tableName string! m
awsRegion string! ma
awsEndpoint string m
keyConditionExpression string! m
indexName string m
targetValue integer m default=-1
activationTargetValue integer m default=0
filterExpression string m
identityOwner string m
expressionAttributeNames string! m
expressionAttributeValues string! m

# aws-dynamodb-streams name=aws-dynamodb-streams-{tableName} target=shardCount activation=activationShardCount
shardCount integer m default=2
activationShardCount integer m default=0
tableName string! m
awsRegion string! ma
awsEndpoint string m
identityOwner string m

# aws-kinesis-stream name=aws-kinesis-{streamName} target=shardCount activation=activationShardCount
shardCount integer m default=2
activationShardCount integer m default=0
streamName string! m
awsRegion string! ma
awsEndpoint string m
identityOwner string m

# aws-sqs-queue name=* target=queueLength activation=activationQueueLength
queueLength integer m default=5
activationQueueLength integer m default=0
queueURL string! me
awsRegion string! ma
awsEndpoint string m
scaleOnInFlight boolean m default=true
scaleOnDelayed boolean m default=false
identityOwner string m

# azure-app-insights name=azure-app-insights-{metricId} target=targetValue activation=activationTargetValue
targetValue float m
activationTargetValue float m default=0
metricId string! m
metricAggregationTimespan string! m
metricAggregationType string! m
metricFilter string m
ignoreNullValues boolean m default=false
cloud string m
appInsightsResourceURL string m
applicationInsightsId string! mae
tenantId string! mae
activeDirectoryClientId string mae
activeDirectoryClientPassword string ae

# azure-blob name=azure-blob-{blobContainerName} target=blobCount activation=activationBlobCount
blobContainerName string! m
blobCount integer m default=5
activationBlobCount integer m default=0
blobDelimiter string m default=/
blobPrefix string m
recursive boolean m default=false
globPattern string m
endpointSuffix string m
connection|connectionFromEnv string aem
accountName string m

# azure-data-explorer name=azure-data-explorer-{databaseName} target=threshold activation=activationThreshold
databaseName string! m
endpoint string! m
query string! m
threshold float! m
activationThreshold float m default=0
tenantId string mae
clientId string mae
clientSecret string a

# azure-eventhub name=azure-eventhub-{consumerGroup} target=unprocessedEventThreshold activation=activationUnprocessedEventThreshold
unprocessedEventThreshold integer m default=64
activationUnprocessedEventThreshold integer m default=0
stalePartitionInfoThreshold integer m default=10000
connection string ae
consumerGroup string m default=$Default
storageConnection string ae
storageAccountName string m
blobContainer string m
eventHubNamespace string me
eventHubName string me
checkpointStrategy string m

# azure-log-analytics name=azure-log-analytics-{workspaceId} target=threshold activation=activationThreshold
tenantId string ame
clientId string ame
clientSecret string ame
workspaceId string! ame
query string! m
threshold float! m
activationThreshold float m default=0
logAnalyticsResourceURL string m
cloud string m default=azurePublicCloud
unsafeSsl boolean m default=false
timeout duration m

# azure-monitor name=azure-monitor-{metricName} target=targetValue activation=activationTargetValue
targetValue float! m
activationTargetValue float m default=0
resourceURI string! m
tenantId string! m
subscriptionId string! m
resourceGroupName string! m
metricName string! m
metricNamespace string m
metricFilter string m
metricAggregationInterval string m
metricAggregationType string! m
activeDirectoryClientId string mea
activeDirectoryClientPassword string mea
cloud string m
azureResourceManagerEndpoint string m

# azure-pipelines name=azure-pipelines-{poolID} target=targetPipelinesQueueLength activation=activationTargetPipelinesQueueLength
organizationURL string! eam
personalAccessToken string ae
parent string m
demands string m
poolName string m
poolID integer m
targetPipelinesQueueLength integer m default=1
activationTargetPipelinesQueueLength integer m default=0
jobsToFetch integer m default=250
fetchUnfinishedJobsOnly boolean m default=false
requireAllDemands boolean m default=false
requireAllDemandsAndIgnoreOthers boolean m default=false
caseInsensitiveDemandsProcessing boolean m default=false

# azure-queue name=azure-queue-{queueName} target=queueLength activation=activationQueueLength
activationQueueLength integer m default=0
queueName string! m
queueLength integer m default=5
connection string ame
accountName string m
endpointSuffix string m
queueLengthStrategy string m default=all enum=all|visibleonly

# azure-servicebus name=* target=messageCount activation=activationMessageCount
messageCount integer m default=5
activationMessageCount integer m
queueName string m
topicName string m
subscriptionName string m
connection string ae
namespace string m
useRegex boolean m
operation string m default=sum enum=sum|max|avg

# gcp-cloudtasks name=gcp-ct-{queueName} target=value activation=activationValue
value float m default=100
activationValue float m default=0
filterDuration integer m
queueName string! m
projectID string! m announced=KEDA has announced the end of its GCP triggers
credentials string me
credentialsFromEnvFile string me

# gcp-pubsub name=* target=value activation=activationValue
subscriptionSize integer m removed=mode and value
mode string m default=SubscriptionSize
value float m default=10 announced=KEDA has announced the end of its GCP triggers
activationValue float m default=0
aggregation string m
timeHorizon duration m
valueIfNull float m
subscriptionName string me
topicName string me
credentials string me
credentialsFromEnvFile string me

# gcp-spanner name=gcp-spanner-{instanceId}-{databaseId}-{projectId} target=targetValue activation=activationValue
projectId string! m
instanceId string! m
databaseId string! m
query string! m
targetValue float m default=5
activationValue float m default=0
credentials string me
credentialsFromEnvFile string me

# gcp-stackdriver name=gcp-stackdriver-{projectId} target=targetValue activation=activationTargetValue
projectId string! m
filter string! m announced=KEDA has announced the end of its GCP triggers
targetValue float m default=5
activationTargetValue float m default=0
valueIfNull float m
filterDuration integer m
alignmentPeriodSeconds integer m
alignmentAligner string m
alignmentReducer string m
credentials string me
credentialsFromEnvFile string me

# gcp-storage name=gcp-storage-{bucketName} target=targetObjectCount activation=activationTargetObjectCount
bucketName string! m
targetObjectCount integer m default=100
activationTargetObjectCount integer m default=0
maxBucketItemsToScan integer m default=1000
blobDelimiter string m
blobPrefix string m
credentials string me
credentialsFromEnvFile string me
`;
