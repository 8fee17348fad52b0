# name: what the results of NET are called. That is as its file (net_name), but FILE-own where a pipeline
# here has that name and NET is another file than net: its results aren't that one's.

net_name := $(basename $(lastword $(subst /, ,$(NET))))
name     := $(net_name)
ifneq ($(abspath $(NET)),$(abspath $(net)))
name     := $(name)$(if $(wildcard $(dir $(lastword $(MAKEFILE_LIST)))$(name).mk),-own)
endif
