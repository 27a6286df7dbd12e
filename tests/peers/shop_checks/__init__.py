"""What a shop server must do, one module for each subject, one function for each promise.

shop_caller.py imports the modules, which registers their checks in `harness.CHECKS`, and runs them.
"""
