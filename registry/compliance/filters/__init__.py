"""What lists of products can be narrowed by, and how many each choice would leave."""

from registry.compliance.filters.products import ProductFilter, Sort

__all__ = ["ProductFilter", "Sort"]
