"""Writes of the package, one verb each: `run_job` for long work, `export_table` for what leaves the house."""
