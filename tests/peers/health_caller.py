"""Asks a shop at sys.argv[1] for its health, as Python's grpcio-health-checking sees it. Exits 0 if all is as it should be."""

import sys

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

SERVING = health_pb2.HealthCheckResponse.SERVING
SERVICE_UNKNOWN = health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
SERVICES = [
    "",
    "ecommerce.v1.OrderService",
    "ecommerce.v1.ProductService",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
]


def main():
    with grpc.insecure_channel(sys.argv[1]) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        for service in SERVICES:
            reply = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=10)
            assert reply.status == SERVING, (service, reply)
        try:
            stub.Check(health_pb2.HealthCheckRequest(service="ecommerce.v1.Nothing"), timeout=10)
            raise AssertionError("a service that is not there has a status")
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.NOT_FOUND, error
        for service, status in [("", SERVING), ("ecommerce.v1.Nothing", SERVICE_UNKNOWN)]:
            watched = stub.Watch(health_pb2.HealthCheckRequest(service=service), timeout=10)
            assert next(watched).status == status, service
            watched.cancel()
        listed = stub.List(health_pb2.HealthListRequest(), timeout=10)
        assert sorted(listed.statuses) == SERVICES, listed
        assert all(one.status == SERVING for one in listed.statuses.values()), listed


main()
