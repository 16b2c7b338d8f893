"""Who watches a running server: rules, their tests, dashboards."""
