"""A server of Python's grpcio that answers test.v1.Echo/Unary with the trace that it was called in, as Python's
OpenTelemetry reads it."""

from concurrent import futures
from typing import Any

import grpc
from metadata_peer import METHOD, of_text
from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator


class Tracing(grpc.GenericRpcHandler):
    def service(self, details: Any) -> Any:
        def answer(request: bytes, context: Any) -> bytes:
            extracted = TraceContextTextMapPropagator().extract(dict(details.invocation_metadata))
            span = trace.get_current_span(extracted).get_span_context()
            sampled = "sampled" if span.trace_flags.sampled else "not sampled"
            return of_text(f"{span.trace_id:032x} {span.span_id:016x} {sampled}")

        return grpc.unary_unary_rpc_method_handler(answer) if details.method == METHOD else None


def main() -> None:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=1))
    server.add_generic_rpc_handlers((Tracing(),))
    bound = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"listening on 127.0.0.1:{bound}", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
