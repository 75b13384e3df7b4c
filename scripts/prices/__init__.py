"""Price seeds: read a public price list, keep its history, and write the CSV files that dbt loads."""
