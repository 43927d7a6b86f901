# A fresh Debian 12 with a Rust toolchain, git and make is enough: what else is needed is installed by the scripts.
#
#   make demo [PEOPLE=N]   build, run PostgreSQL, load a made-up population, serve on http://127.0.0.1:8080
#   make test              every check
#   make bench [RECORDS=N] the benchmarks: speed, and how right the answers are, at 100,000 records unless told otherwise
#   make accuracy          matching, measured beside its peers
#   make soak              the long ones, with random seeds
#   make fuzz [SECONDS=N]  each parser and comparator under a coverage-led fuzzer, for 60 seconds unless told otherwise

.PHONY: demo test bench accuracy soak fuzz
.SILENT:

demo:
	scripts/install-postgresql.sh
	scripts/install-package.sh curl curl
	cargo build --release --locked --bin family-context
	exec target/release/family-context demo $(if $(PEOPLE),--people $(PEOPLE))

test:
	exec scripts/test.sh

bench:
	scripts/install-postgresql.sh
	exec cargo bench --locked --bench service

accuracy:
	exec scripts/accuracy.sh

soak:
	exec scripts/soak.sh

fuzz:
	exec scripts/fuzz.sh $(or $(SECONDS),60)
