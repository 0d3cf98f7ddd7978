# All of it is in bootstrap.py, which needs nothing but Python 3.11 or newer. Another one: make run PYTHON=python3.12
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)

.PHONY: setup run assets test lint bench lock
setup run assets test lint bench lock:
	@$(or $(PYTHON),$(error Python 3.11 or newer is needed and none was found. Name one: make $@ PYTHON=/path/to/python)) bootstrap.py $@ $(ARGS)
