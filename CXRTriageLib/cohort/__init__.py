"""Lists of films with what is known of them."""
