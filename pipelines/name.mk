# name: what the results of NET are called. That is as its file (net_name), but FILE-own where a pipeline
# here has that name and NET is another file than net: its results aren't that one's. Make would part a
# name at its blanks: they become _.

blank    := $(subst ,, )
net_name := $(basename $(lastword $(subst /, ,$(subst $(blank),_,$(NET)))))
name     := $(net_name)
ifneq ($(abspath $(NET)),$(abspath $(net)))
name     := $(name)$(if $(wildcard $(dir $(lastword $(MAKEFILE_LIST)))$(name).mk),-own)
endif
