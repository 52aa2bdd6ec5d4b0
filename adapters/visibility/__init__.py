"""Object Observability Simple Access Protocol 1.0: when a place can be observed; parameters in, intervals out."""
