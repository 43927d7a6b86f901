# A fresh Debian 12 with a Rust toolchain, git and make is enough: what else is needed is installed by the scripts.
#
#   make demo [PEOPLE=N]   build, run PostgreSQL, load a made-up population, serve on http://127.0.0.1:8080
#   make test              every check
#   make bench [RECORDS=N] the benchmarks: speed, and how right the answers are, at 100,000 records unless told otherwise
#   make accuracy          matching, measured beside its peers
#   make soak              the long ones, with random seeds

.PHONY: demo test bench accuracy soak
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
