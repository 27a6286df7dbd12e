"""Calls a shop at sys.argv[1] with nothing but what it tells of itself, as Python's grpcio-reflection sees it. Exits 0 if all is as it should be."""

import sys

import grpc
from google.protobuf import message_factory
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

SERVICES = [
    "ecommerce.v1.OrderService",
    "ecommerce.v1.ProductService",
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
]


def call(channel, method, request):
    """Calls a unary method by its descriptor."""
    reply = message_factory.GetMessageClass(method.output_type)
    path = f"/{method.containing_service.full_name}/{method.name}"
    stub = channel.unary_unary(path, type(request).SerializeToString, reply.FromString)
    return stub(request, timeout=10)


def main():
    with grpc.insecure_channel(sys.argv[1]) as channel:
        database = ProtoReflectionDescriptorDatabase(channel)
        assert sorted(database.get_services()) == SERVICES, database.get_services()
        pool = DescriptorPool(database)
        for name in SERVICES:
            assert pool.FindServiceByName(name).full_name == name
        products = pool.FindServiceByName("ecommerce.v1.ProductService")
        get = products.methods_by_name["GetProduct"]
        product = call(channel, get, message_factory.GetMessageClass(get.input_type)(id="p-1"))
        assert product.name == "Teapot", product
        assert product.created_at.ToSeconds() > 0, "an imported type is whole"
        assert pool.FindMessageTypeByName("ecommerce.v1.Order.MetadataEntry").GetOptions().map_entry
        assert pool.FindFileByName("google/protobuf/timestamp.proto").package == "google.protobuf"
        try:
            pool.FindMessageTypeByName("ecommerce.v1.Nothing")
            raise AssertionError("a message that is not there was found")
        except KeyError:
            pass
        assert list(database.FindAllExtensionNumbers("ecommerce.v1.Order")) == []


main()
