"""The register format: what a line may say, read and written without a database."""
