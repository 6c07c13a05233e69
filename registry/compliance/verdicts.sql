-- The verdict on each of some products on a day; none of those that have no verdict.
SELECT v.product_id, v.verdict
FROM compliance_verdictspell AS v
WHERE v.product_id = ANY (%(product_ids)s) AND v.period @> %(day)s::date AND {known}
