"""Documents that describe the service: VOSI, VODataService, TAPRegExt, VOResource, DALI examples."""
