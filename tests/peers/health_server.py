"""Serves test.v1.Echo/Unary on two ports, with the health that Python's grpcio-health-checking tells. A text is answered with the
server's number; "ill" and "well" set the health of the server that hears it first. Prints `listening on` with both addresses."""

from concurrent import futures

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

STATES = {
    b"ill": health_pb2.HealthCheckResponse.NOT_SERVING,
    b"well": health_pb2.HealthCheckResponse.SERVING,
}


def serve(number):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    servicer = health.HealthServicer()
    servicer.set("test.v1.Echo", health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)

    def unary(request, _):
        # Both messages have their text in field 1.
        state = STATES.get(request[2:])
        if state is not None:
            servicer.set("test.v1.Echo", state)
        return b"\x0a\x01" + str(number).encode()

    handlers = {"Unary": grpc.unary_unary_rpc_method_handler(unary)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.v1.Echo", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, f"127.0.0.1:{port}"


servers = [serve(number) for number in range(2)]
print("listening on " + ",".join(address for _, address in servers), flush=True)
servers[0][0].wait_for_termination()
