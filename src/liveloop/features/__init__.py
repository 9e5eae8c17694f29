"""What is known of an entity at a moment? A feature store that cannot leak: the same answer offline and live."""
