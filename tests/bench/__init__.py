"""What is measured rather than asserted; `make bench` prints a table and writes var/bench.json."""
