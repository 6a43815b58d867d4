"""Tables at the bottom: stops of the plan and attributes of a layer."""
