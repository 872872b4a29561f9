"""An external scaler, or a caller of one, on Google's gRPC: what KEDA itself is built on speaks the same.

serve CERT KEY CLIENT_CA SPECS VALUES   prints its port; SPECS and VALUES are messages as hexadecimal digits
ask   ADDRESS CA CERT KEY METHOD REF    prints the answer as hexadecimal digits
"""

import sys
from concurrent import futures

import grpc

SERVICE = 'externalscaler.ExternalScaler'


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def serve(cert, key, client_ca, specs, values):
    answers = {
        'GetMetricSpec': bytes.fromhex(specs),
        'GetMetrics': bytes.fromhex(values),
        'IsActive': bytes([8, 1]),
    }

    class Handler(grpc.GenericRpcHandler):
        def service(self, details):
            service, method = details.method.strip('/').split('/')
            if service != SERVICE or method not in answers:
                return None
            return grpc.unary_unary_rpc_method_handler(lambda _request, _context: answers[method])

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2), handlers=[Handler()])
    credentials = grpc.ssl_server_credentials(
        [(read(key), read(cert))], root_certificates=read(client_ca), require_client_auth=True
    )
    print(server.add_secure_port('127.0.0.1:0', credentials), flush=True)
    server.start()
    server.wait_for_termination()


def ask(address, ca, cert, key, method, ref):
    own = {'private_key': read(key), 'certificate_chain': read(cert)} if cert else {}
    credentials = grpc.ssl_channel_credentials(root_certificates=read(ca), **own)
    with grpc.secure_channel(address, credentials) as channel:
        call = channel.unary_unary('/' + SERVICE + '/' + method)
        try:
            print(call(bytes.fromhex(ref), timeout=5).hex())
        except grpc.RpcError as error:
            print('error', error.code().name)


{'serve': serve, 'ask': ask}[sys.argv[1]](*sys.argv[2:])
