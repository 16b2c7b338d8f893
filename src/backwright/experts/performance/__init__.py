"""The performance engineer: what a request costs, what everybody waits for, what is asked again and again."""
