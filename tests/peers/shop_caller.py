"""Calls a shop server from Python's grpcio and checks every promise of the shop's schema.

usage: shop_caller.py --addr HOST:PORT [--only WORD]
Run by python_calls_shop.rs against the Rust shop; by hand against shop_service.py to check the checks.
Prints a line per check and ends with `N passed, M failed`; exits with 1 if any failed.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback

import grpc

from shop_checks import calls, orders, products, streams
from shop_checks.harness import CHECKS, Check, Shop

SUBJECTS = (products, orders, streams, calls)
READY_SECONDS = 20


def passes(check: Check, shop: Shop) -> bool:
    started = time.monotonic()
    try:
        check(shop)
    except AssertionError as failure:
        print(f"FAILED {check.__name__}: {failure}")
    except Exception:
        print(f"FAILED {check.__name__}:\n{traceback.format_exc()}")
    else:
        took = time.monotonic() - started
        print(f"ok {check.__name__}" + (f" ({took:.1f} s)" if took >= 1 else ""))
        return True
    return False


def run(address: str, only: str) -> int:
    shop = Shop(address)
    grpc.channel_ready_future(shop.channel).result(timeout=READY_SECONDS)
    chosen = [check for check in CHECKS if only in check.__name__]
    results = [passes(check, shop) for check in chosen]
    passed, failed = results.count(True), results.count(False)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--addr", required=True, help="HOST:PORT of a shop server")
    arguments.add_argument("--only", default="", help="run the checks whose name contains this")
    given = arguments.parse_args()
    sys.exit(run(given.addr, given.only))
