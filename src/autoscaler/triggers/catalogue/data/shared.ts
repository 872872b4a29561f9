/**
 * Groups of parameters that several of KEDA's triggers share (`use …`), in the notation of `parse-catalogue.ts`.
 * The facts are KEDA's, https://github.com/kedacore/keda, Apache-2.0.
 */
export const shared: string = `
# http-auth
authModes|authMode strings ma enum=apiKey|basic|tls|bearer|custom|oauth exclusive=bearer|basic|oauth
bearerToken|token string a
username string a
password string a
cert string a
key string a
ca string a
oauthTokenURI string a
scopes|scope strings a
clientID string a
clientSecret string a
endpointParams url-values a
customAuthHeader string a
customAuthValue string a
apiKey string ma
method string ma default=header enum=header|query
keyParamName string ma

# redis-connection
enableTLS string m
tls string a
address|addresses strings mae
username string mea
password string mea
sentinelUsername string mae
sentinelPassword string mae
sentinelMaster string mae
host|hosts strings mea
port|ports strings mea
unsafeSsl boolean m default=false
Cert|cert string a
key string a
keyPassword string a
ca string a

# client-tls
cert string a
key string a
keyPassword string a
ca string a
`;
