/**
 * Parameters of KEDA's triggers for hosted services, in the notation of `parse-catalogue.ts`.
 * The facts (names, places, types, defaults) are KEDA's, https://github.com/kedacore/keda, Apache-2.0.
 */
export const services: string = `
# forgejo-runner name=forgejo-runner-{address} target==1 activation=-
token string! ae
address string! m
labels string! m
global boolean m
owner string m
org string m
repo string m

# github-runner name=github-runner-{owner} target=targetWorkflowQueueLength activation=-
githubApiURL string me default=https://api.github.com
owner string! me
runnerScope string! me enum=org|ent|repo
personalAccessToken string a
repos strings me
labels strings me
noDefaultLabels boolean me default=false
enableEtags boolean me default=false
matchUnlabeledJobsWithUnlabeledRunners boolean me default=false
targetWorkflowQueueLength integer me default=1
applicationID integer me
installationID integer me
appKey string a

# selenium-grid name=* target==1 activation=activationThreshold
url string! am
authType string ae
username string ae
password string ae
accessToken string ae
browserName string m
sessionBrowserName string m
browserVersion string m
platformName string m
activationThreshold integer m
unsafeSsl boolean m default=false
nodeMaxSessions integer m default=1
enableManagedDownloads boolean m default=true
capabilities string m

# solarwinds name=solarwinds target=targetValue activation=activationValue
apiToken string a
host string! m
targetValue float! m
activationValue float m default=0
metricName string! m
aggregation string! m enum=COUNT|MIN|MAX|AVG|SUM|LAST
intervalS integer! m
filter string m

# splunk name=splunk-{savedSearchName} target=targetValue activation=activationValue
apiToken string a
password string a
username string! a
host string! m
unsafeSsl boolean m
targetValue integer! m
activationValue integer! m
savedSearchName string! m
valueField string! m

# splunk-observability name=signalfx target=targetValue activation=activationTargetValue
accessToken string! a
realm string! a
query string! m
duration integer! m
targetValue float! m
queryAggregator string! m
activationTargetValue float! m

# sumologic name=sumologic-{queryType} target=threshold activation=activationThreshold
accessID string! a
accessKey string! a
host string! m
unsafeSsl boolean m
queryType string! m enum=logs|metrics
query string m
query.* map m
resultQueryRowID string m
quantization duration m
rollup string m default=Avg enum=Avg|Sum|Count|Min|Max
resultField string m
logsPollingInterval duration m
maxRetries integer m
timerange duration! m
timezone string m default=UTC
activationThreshold float m default=0
queryAggregator string m default=Avg enum=Latest|Avg|Sum|Count|Min|Max
threshold float! m

# huawei-cloudeye name=huawei-cloudeye-{metricName} target=targetMetricValue activation=activationTargetMetricValue
namespace string! m
metricName string! m
dimensionName string! m
dimensionValue string! m
targetMetricValue float! m
activationTargetMetricValue float m default=0
minMetricValue float m removed=activationTargetMetricValue
metricCollectionTime integer m default=300
metricFilter string m default=average enum=average|max|min|sum
metricPeriod string m default=300
`;
