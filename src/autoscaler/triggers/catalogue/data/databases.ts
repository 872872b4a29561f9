/**
 * Parameters of KEDA's triggers for databases, search and caches, in the notation of `parse-catalogue.ts`.
 * The facts (names, places, types, defaults) are KEDA's, https://github.com/kedacore/keda, Apache-2.0.
 */
export const databases: string = `
# arangodb name=arangodb target=queryValue activation=activationQueryValue
endpoints string! am
dbName string! ma
collection string! m
query string! m
queryValue float m default=0
activationQueryValue float m default=0
unsafeSsl boolean m default=false
connectionLimit integer m
use http-auth

# cassandra name=cassandra-{keyspace} target=targetQueryValue activation=activationTargetQueryValue
username string! m
password string! a
tls string a default=disable enum=enable|disable
cert string a
key string a
ca string a
clusterIPAddress string! m
port integer m
consistency string m default=one
protocolVersion integer m default=4
keyspace string! m
query string! m
targetQueryValue integer! m
activationTargetQueryValue integer m default=0

# clickhouse name=clickhouse target=targetQueryValue activation=activationTargetQueryValue
connectionString string ae
host string ma
port string ma
username string mae
password string ae
database string ma
query string! m
targetQueryValue float! m
activationTargetQueryValue float m default=0
maxIdleConns integer ma
maxOpenConns integer ma
connMaxLifetime duration ma
tls boolean a default=false
unsafeSsl boolean a default=false
use client-tls

# couchdb name=coucdb-{dbName} target=queryValue activation=activationQueryValue
connectionString string ame
host string am
port string am
username string am
password string ame
dbName string am
query string m
queryValue integer m
activationQueryValue integer m default=0

# elastic-forecast name=elastic-forecast-{jobID} target=targetValue activation=activationTargetValue
addresses strings am
unsafeSsl boolean m default=false
username string am
password string aem
cloudID string am
apiKey string am
jobID string! m
lookAhead duration m default=10m
targetValue float! m
activationTargetValue float m default=0
index string m default=*
partitionFieldValue string m
byFieldValue string m

# elasticsearch name=* target=targetValue activation=activationTargetValue
addresses strings am
unsafeSsl boolean m default=false
username string am
password string aem
cloudID string am
apiKey string am
index strings! am separator=;
searchTemplateName string am
query string am
parameters strings m separator=;
valueLocation string! am
targetValue float! am
activationTargetValue float m default=0
ignoreNullValues boolean m default=false
metricName string m

# mongodb name=mongodb-{collection} target=queryValue activation=activationQueryValue
connectionString string ame
scheme string am default=mongodb
host string am
port string am
username string am
password string ame
dbName string! am
collection string! m
query string! m
queryValue float! m
activationQueryValue float m default=0
tls string a default=disable enum=enable|disable
use client-tls

# mssql name=mssql target=targetValue activation=activationTargetValue
connectionString string ae
username string am
password string ae
host string am
port integer am
database string am
query string! m
targetValue float! m
activationTargetValue float m default=0

# mysql name=* target=queryValue activation=activationQueryValue
connectionString string ae
username string mae
password string ae
host string ma
port string ma
dbName string ma
query string! m
queryValue float! m
activationQueryValue float m default=0
metricName string m

# opensearch name=* target=targetValue activation=activationTargetValue
addresses strings! am
unsafeSsl boolean m default=false
enableTLS boolean ma default=false
username string am
password string aem
caCert string am
clientCert string am
clientKey string am
index strings! am separator=;
searchTemplateName string am
query string am
parameters strings m separator=;
valueLocation string! am
targetValue float! am
activationTargetValue float m default=0
ignoreNullValues boolean m default=false
metricName string m

# postgresql name=postgresql target=targetQueryValue activation=activationTargetQueryValue
targetQueryValue float m
activationTargetQueryValue float m
connection string ae
query string! m
host string am
port string am
userName string am
dbName string am
sslmode string am
password string ae

# redis name=redis-{listName} target=listLength activation=activationListLength
listLength integer m default=5
activationListLength integer m
listName string! m
databaseIndex integer m
use redis-connection

# redis-cluster name=redis-{listName} target=listLength activation=activationListLength
listLength integer m default=5
activationListLength integer m
listName string! m
databaseIndex integer m
use redis-connection

# redis-cluster-streams name=redis-streams-{stream} target=* activation=activationLagCount
pendingEntriesCount integer m default=5
streamLength integer m default=5
lagCount integer m
stream string! m
consumerGroup string m
databaseIndex integer m
activationLagCount integer m default=0
use redis-connection

# redis-sentinel name=redis-{listName} target=listLength activation=activationListLength
listLength integer m default=5
activationListLength integer m
listName string! m
databaseIndex integer m
use redis-connection

# redis-sentinel-streams name=redis-streams-{stream} target=* activation=activationLagCount
pendingEntriesCount integer m default=5
streamLength integer m default=5
lagCount integer m
stream string! m
consumerGroup string m
databaseIndex integer m
activationLagCount integer m default=0
use redis-connection

# redis-streams name=redis-streams-{stream} target=* activation=activationLagCount
pendingEntriesCount integer m default=5
streamLength integer m default=5
lagCount integer m
stream string! m
consumerGroup string m
databaseIndex integer m
activationLagCount integer m default=0
use redis-connection

# solr name=solr target=targetQueryValue activation=activationTargetQueryValue
host string! m
collection string! m
targetQueryValue float! m
activationTargetQueryValue float m default=0
query string m
username string! am
password string! am
`;
