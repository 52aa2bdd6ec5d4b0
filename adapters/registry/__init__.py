"""What the service says of itself: VOSI, VODataService, TAPRegExt, VOResource, DALI examples."""
